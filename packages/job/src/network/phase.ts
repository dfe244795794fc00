/**
 * What a request is doing, or was doing when it ended. Until `waiting` nobody has heard of it: a request that is given up
 * before has met a firewall, a silent name server or a missing proxy, and no slow server.
 *
 * - `resolving`: a name server is asked for the address of the server, or of the proxy for an http URL
 * - `connecting`: a connection is being made; with a proxy for an https URL, up to the tunnel that it opens
 * - `securing`: the TLS handshake is under way
 * - `waiting`: the request is sent, and no answer has come yet
 * - `reading`: the answer has begun
 */
export type Phase = 'resolving' | 'connecting' | 'securing' | 'waiting' | 'reading';
