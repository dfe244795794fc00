#!/bin/sh
npx --yes wait-on@9 --interval 20000 --timeout 1800000 "$API/api/v1/deployments/quiet" || true
