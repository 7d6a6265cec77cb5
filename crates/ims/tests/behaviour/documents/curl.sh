curl -X POST '{{URL}}/ims/token/v3' \
  -H 'Content-Type: application/x-www-form-urlencoded' \
  -d 'client_id={{CID_ENCODED}}&client_secret={{SECRET_ENCODED}}&grant_type=client_credentials&scope=openid,AdobeID'
