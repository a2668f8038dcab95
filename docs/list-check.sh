#!/usr/bin/env bash
# Proves that a full and a public copy of a list are one list: list-check.sh FULL.json PUBLIC.json
# The same as list-check.py with jq and sha256sum; a few hundred lines a minute.
set -euo pipefail
wrong=0
says() { printf '%s\n' "$1"; wrong=1; }
sha256() { sha256sum | cut -c1-64; }
# jq writes U+007F escaped and RFC 8785 does not.
canonical() { jq -cS "$@" | sed -E ':a; s/(^|[^\\])((\\\\)*)\\u007f/\1\2\x7f/; ta'; }
# shellcheck disable=SC2059 -- the format is the bytes
bytes() { printf "$(sed 's/../\\x&/g' <<<"$1")"; }

root() { # leaves, one a line
  local hashes=() above at leaf
  while IFS= read -r leaf; do hashes+=("$({ printf '\000'; printf '%s' "$leaf"; } | sha256)"); done
  while [ ${#hashes[@]} -gt 1 ]; do
    above=()
    for ((at = 0; at < ${#hashes[@]}; at += 2)); do
      if ((at + 1 == ${#hashes[@]})); then above+=("${hashes[at]}"); continue; fi
      above+=("$({ printf '\001'; bytes "${hashes[at]}${hashes[at + 1]}"; } | sha256)")
    done
    hashes=("${above[@]}")
  done
  printf '%s' "${hashes[0]}"
}

leaves() { canonical '.lines[] | {amount, commit, line, shown, village}' "$1"; }
check() { # what it is called, the file
  local computed fen=0 amount
  for amount in $(jq -r '.lines[].amount' "$2"); do fen=$((fen + 10#${amount/./})); done
  computed=$(canonical -n --arg root "$(leaves "$2" | root)" --slurpfile copy "$2" \
    --arg sum "$((fen / 100)).$(printf '%02d' $((fen % 100)))" \
    '$copy[0] | {count: (.lines | length), plan, root: $root, sum: $sum, version}')
  [ "$(canonical '{count, plan, root, sum, version}' "$2")" = "$computed" ] ||
    says "$1: count, sum or root is not as computed: $computed"
  [ "$(jq -r .hash "$2")" = "$(printf '%s' "$computed" | sha256)" ] || says "$1: hash is wrong"
}

check full "$1"
check public "$2"
mapfile -t commits < <(jq -r '.lines[].commit' "$1")
line=0
while IFS= read -r opening; do
  [ "$(printf '%s' "$opening" | sha256)" = "${commits[line]}" ] ||
    says "full: line $((line + 1)) is not what its commit says"
  line=$((line + 1))
done < <(canonical '.lines[] | {account, holder, household, name, person, salt, status}' "$1")
[ "$(jq '[.lines[] | keys == ["amount", "commit", "line", "shown", "village"]] | all' "$2")" = true ] ||
  says "public: a line has more than its leaf"
diff <(leaves "$1") <(leaves "$2") || says "lines differ"
[ "$(jq -r '.hash' "$1")" = "$(jq -r '.hash' "$2")" ] || says "hashes differ"
[ "$wrong" -eq 0 ] && printf 'one list: %s lines, %s, %s\n' "$line" "$(jq -r .sum "$1")" "$(jq -r .hash "$1")"
exit "$wrong"
