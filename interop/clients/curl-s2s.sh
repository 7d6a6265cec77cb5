#!/bin/bash
# curl-s2s.sh DOCUMENT URL FORM - curl; FORM is urlencoded, multipart, basic or query.
# The token on stdout, or the body on stderr.
set -euo pipefail
document=$1 url=$2 form=$3

get() { python3 -c 'import json, sys; v = json.load(sys.stdin)[sys.argv[1]]
print(",".join(v) if isinstance(v, list) else v, end="")' "$1"; }

client=$(get CLIENT_ID <"$document")
secret=$(get CLIENT_SECRETS <"$document")
scope=$(get SCOPES <"$document")

case $form in
urlencoded) set -- --data-urlencode "client_id=$client" --data-urlencode "client_secret=$secret" \
    -d grant_type=client_credentials --data-urlencode "scope=$scope" ;;
multipart) set -- -F "client_id=$client" -F "client_secret=$secret" -F grant_type=client_credentials -F "scope=$scope" ;;
basic) set -- -u "$client:$secret" -d grant_type=client_credentials --data-urlencode "scope=$scope" ;;
query) set -- -G -X POST --data-urlencode "client_id=$client" --data-urlencode "client_secret=$secret" \
    -d grant_type=client_credentials --data-urlencode "scope=$scope" ;;
esac

body=$(curl -sS ${CA:+--cacert "$CA"} "$@" "$url/ims/token/v3")
case $body in
*'"access_token"'*)
    life=$(get expires_in <<<"$body")
    ((life > 86300 && life <= 86400)) || { echo "expires_in $life" >&2 && exit 1; }
    get access_token <<<"$body" && echo
    ;;
*) echo "$body" >&2 && exit 1 ;;
esac
