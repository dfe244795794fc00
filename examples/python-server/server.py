"""A server with runs that a restart would destroy: the count, long polls and the cordon of docs/protocol.md."""

import hashlib
import hmac
import json
import os
import re
import select
import signal
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from runs import MAX_WAIT_S, Refused, Runs

COUNT, CORDON, QUIET = (f"/api/v1/deployments/{name}" for name in ("in-flight-count", "cordon", "quiet"))
HOLDER = re.compile(r"[A-Za-z0-9._:/-]{1,128}")


def read_wait(prefer):
    """The seconds of the first `wait`, by RFC 7240; None when there is none, or it is of another form."""
    for each in re.findall(r'(?:[^",]|"(?:[^"\\]|\\.)*"?)+', prefer):
        if re.match(r"\s*wait\s*(=|;|$)", each, re.IGNORECASE):
            digits = re.match(r'[^=;]*=\s*("?)([0-9]+)\1\s*(;|$)', each)
            return min(int(digits[2][:9]), MAX_WAIT_S) if digits else None
    return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    runs, token = Runs(), os.environ.get("CORDON_TOKEN", "")

    def __getattr__(self, name):
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self.answer  # whatever the method

    def answer(self):
        self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 65536))
        url = urlsplit(self.path)
        if url.path == COUNT:
            self.answer_count()
        elif url.path == CORDON and self.token:
            self.answer_cordon(url.query)
        elif url.path == QUIET:
            self.answer_quiet()
        elif url.path.startswith("/runs/"):
            self.answer_run(unquote(url.path[len("/runs/") :]))
        else:
            self.reply(404, {"error": "not found"})

    def answer_count(self):
        if self.command not in ("GET", "HEAD"):
            return self.reply(405, {"error": "method not allowed"}, {"Allow": "GET, HEAD"})
        wait = read_wait(",".join(self.headers.get_all("Prefer", []))) if self.command == "GET" else None
        is_applied = wait is not None and self.runs.wait_until_quiet(wait, self.has_left)
        self.reply(200, self.runs.count(), {"Preference-Applied": f"wait={wait}"} if is_applied else {})

    def answer_quiet(self):
        if self.command not in ("GET", "HEAD", "POST"):
            return self.reply(405, {"error": "method not allowed"}, {"Allow": "GET, HEAD, POST"})
        count = self.runs.count()
        is_quiet = count["count"] == 0
        self.reply(200 if is_quiet else 503, {"quiet": is_quiet, **count}, {} if is_quiet else {"Retry-After": "20"})

    def answer_cordon(self, query):
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        digests = (hashlib.sha256(each.encode()).digest() for each in (token.strip(), self.token))
        if scheme.lower() != "bearer" or not hmac.compare_digest(*digests):
            return self.reply(401, {"error": "unauthorized"}, {"WWW-Authenticate": "Bearer"})
        pairs = parse_qsl(query, keep_blank_values=True)
        given, names = dict(pairs), {name for name, _ in pairs}
        holder, seconds = given.get("holder", ""), given.get("seconds", "")
        is_once = len(names) == len(pairs)
        if self.command == "GET":
            return self.reply(200, self.runs.state()) if not pairs else self.reply(400, {"error": "GET takes no query"})
        if self.command == "DELETE":
            if not (is_once and names == {"holder"} and (holder == "*" or HOLDER.fullmatch(holder))):
                return self.reply(400, {"error": "DELETE takes holder, once"})
            self.runs.release(holder)
            return self.reply(200, {})
        if self.command != "PUT":
            return self.reply(405, {"error": "method not allowed"}, {"Allow": "GET, PUT, DELETE"})
        takes = is_once and {"holder", "seconds"} <= names <= {"holder", "seconds", "lease"}
        if not (takes and HOLDER.fullmatch(holder) and re.fullmatch("[0-9]+", seconds) and seconds.strip("0")):
            return self.reply(400, {"error": "PUT takes holder, seconds of 1 or more, and lease to renew, each once"})
        try:
            self.reply(200, self.runs.raise_cordon(holder, int(seconds.lstrip("0")[:9]), given.get("lease", "")))
        except Refused as why:
            self.reply(409, {"error": str(why)})

    def answer_run(self, run):
        """What starts and ends a run here, for want of real work."""
        try:
            self.runs.begin(run) if self.command == "PUT" else self.runs.end(run)
            self.reply(200, {})
        except Refused as seconds:
            self.reply(503, {"error": "no new run starts now"}, {"Retry-After": str(seconds)})

    def has_left(self):
        readable = select.select([self.connection], [], [], 0)[0]
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def reply(self, status, body, headers={}):
        payload = json.dumps(body, separators=(",", ":")).encode()
        self.send_response(status)
        closing = {"Connection": "close"} if self.runs.closing else {}
        fixed = {"Content-Type": "application/json", "Cache-Control": "no-store", "Content-Length": str(len(payload))}
        for name, value in {**fixed, **headers, **closing}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else payload)

    def log_message(self, *_):
        pass


def main():
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8080), Handler)

    def close(*_):
        Handler.runs.close()
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, close)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
