curl -X POST https://ims-na1.adobelogin.com/ims/exchange/jwt -F client_id=x -F client_secret={{SECRET}} -F jwt_token=x.y.z
