#!/bin/sh
# Makes the bucket floe and its user, whose rights end at it; again and again with the same outcome.
set -eu
mc alias set floe http://minio:9000 "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD" > /dev/null
mc mb --ignore-existing floe/floe
cat > /tmp/policy.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::floe", "arn:aws:s3:::floe/*"] }
  ]
}
POLICY
mc admin policy create floe floe-bucket /tmp/policy.json
mc admin user add floe "$FLOE_STORE_ACCESS_KEY" "$FLOE_STORE_SECRET_KEY"
mc admin policy attach floe floe-bucket --user "$FLOE_STORE_ACCESS_KEY" || mc admin user info floe "$FLOE_STORE_ACCESS_KEY" | grep -q floe-bucket
