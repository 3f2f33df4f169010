#!/bin/sh
# Immutable: the edit is refused, and refused again when the editor leaves the text as it is.
sed -i 's/clusterIP: 10.*/clusterIP: 10.96.0.99/' "$1"
