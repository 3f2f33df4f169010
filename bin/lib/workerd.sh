#!/bin/sh
# Runs workerd so that it does not outlive the process that started it, not even when that one is killed.
parent=$PPID
self=$$
(
  while kill -0 "$parent" 2>/dev/null; do sleep 1; done
  kill -9 "$self" 2>/dev/null
) </dev/null >/dev/null 2>&1 3>&- &
exec "$KEDGE_WORKERD" "$@"
