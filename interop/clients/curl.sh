#!/bin/bash
# curl.sh DOCUMENT URL FORM - curl and openssl; FORM is urlencoded or multipart.
# The token on stdout, or the body on stderr. ASSERTION_* change the assertion.
set -euo pipefail
document=$1 url=$2 form=$3

get() { python3 -c 'import json, sys; v = json.load(sys.stdin)
for name in sys.argv[1].split("."): v = v[name]
print(v, end="")' "$1"; }
field() { get "integration.$1" <"$document"; }
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

client=$(field technicalAccount.clientId)
environment=${ASSERTION_HOST:-https://$(field imsEndpoint)}

assertion() {
    local scopes='' scope unsigned
    for scope in $(field metascopes | tr ',' ' '); do
        scopes+=",\"$environment/s/$scope\":true"
    done
    unsigned=$(printf '{"alg":"RS256","typ":"JWT"}' | base64url).$(
        printf '{"exp":%d,"iss":"%s","sub":"%s","aud":"%s/c/%s"%s}' \
            $(($(date +%s) + ${ASSERTION_LIFE:-300})) "$(field org)" "$(field id)" \
            "$environment" "$client" "$scopes" | base64url
    )
    printf '%s.%s' "$unsigned" "$(printf %s "$unsigned" |
        openssl dgst -sha256 -sign <(field privateKey) | base64url)"
}

secret=$(field technicalAccount.clientSecret)
case $form in
urlencoded) send() { curl --data-urlencode "client_id=$client" --data-urlencode "client_secret=$secret" \
    --data-urlencode "jwt_token=$(assertion)" "$@"; } ;;
multipart) send() { curl -F "client_id=$client" -F "client_secret=$secret" -F "jwt_token=$(assertion)" "$@"; } ;;
esac

body=$(send -sS ${CA:+--cacert "$CA"} "$url/ims/exchange/jwt/")
case $body in
*'"access_token"'*) get access_token <<<"$body" && echo ;;
*) echo "$body" >&2 && exit 1 ;;
esac
