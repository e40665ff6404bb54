#!/bin/sh
# Called by dunst for each notice that it shows. Fields end in NUL, so no text can break them.
printf '%s\0%s\0%s\0%s\0%s\0' "$(date +%s.%N)" "$DUNST_APP_NAME" "$DUNST_URGENCY" "$DUNST_SUMMARY" "$DUNST_BODY" >>"@NOTES@"
