#!/bin/sh
sed -i 's/color: .*/color: red/' "$1"
