/** What `--help` prints: one screen of 24 lines by 80 columns. */
export const HELP = `Usage: quietgate [url] [options]

Waits until no provisioning run is in flight, and no longer than the cap; then
the deploy may go. Asks [url] (CATALYST_API_URL, https://console.openova.io).

  --interval 20s             from one poll to the next (POLL_INTERVAL_SECONDS)
  --max-wait 30m             the cap (MAX_WAIT_SECONDS)
  --request-timeout 10s      the longest that one request may take
  --quiet-for 0s             how long the count must stay zero
  --retries 2                tries more when a request fails in passing
  --on-unavailable proceed   no answer: let the deploy go, or wait for the cap
  --fail-on OUTCOMES         exit 1 on timed-out, failed-open, or both (a,b)
  --header 'Name: value'     send a header; may be repeated
  --json, --silent           print the result as JSON; print only trouble
  --help, --version

Exits 0 when the deploy may go, 1 on an outcome that --fail-on names, 2 on wrong
usage, 130 or 143 when it is stopped by a signal.

  quietgate https://console.example.com && ./deploy.sh
  quietgate --max-wait 45m --fail-on timed-out https://console.example.com
  quietgate --json https://console.example.com | jq -r .outcome
`;
