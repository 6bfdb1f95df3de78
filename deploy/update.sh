#!/bin/sh
# An update that starts the new servers beside the old ones, and stops the old ones only then: today's compose stops all of
# them first. When the new ones do not come up, the old ones and their website stay. From the top folder, with the arguments
# of `docker compose` before its command, if there are any.
set -eu
# BuildKit would sign each build with its time: an image that is the same as before would then look like a new one, and
# compose make the proxy anew under the players.
export BUILDX_NO_DEFAULT_ATTESTATIONS=1
compose="docker compose"
$compose version >/dev/null 2>&1 || compose="docker-compose"
compose="${COMPOSE:-$compose} $*"
HEALTHY_WITHIN_SECONDS=120
# At least DRAIN_SECONDS, which is 30 at most, and 30 more: rooms are handed on before a server ends.
GRACE_SECONDS=60

step="building the images"
old=
site=

# The servers that were not there before.
new_ones() {
  for id in $($compose ps -aq server); do
    case " $(echo $old) " in *" $id "*) ;; *) echo "$id" ;; esac
  done
}

is_healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "$1")" = healthy ]; }

# Whatever ends this early has said why by itself; this says what is left of it.
tell() {
  code=$?
  trap - EXIT INT TERM
  set +e
  case $step in
    done) exit "$code" ;;
    "building the images") echo "update failed while $step: nothing was changed" >&2 ;;
    "starting it all") echo "start failed: see what runs with: $compose ps" >&2 ;;
    "stopping the old servers" | "tidying up")
      echo "update failed while $step: the new servers run; see what else does with: $compose ps" >&2 ;;
    *)
      echo "update failed while $step: going back" >&2
      added=$(new_ones)
      [ -z "$added" ] || docker rm -f $added >/dev/null || echo "could not remove all of these servers: $added" >&2
      # It has the old image still, and puts the old website there again.
      [ -z "$site" ] || docker start -a $site || echo "could not put the old website back: the new one is there" >&2
      echo "the old servers run as before; the images are the new ones, so build what works before the next up" >&2 ;;
  esac
  exit 1
}
trap tell EXIT
trap 'exit 1' INT TERM

$compose build
old=$($compose ps -aq server)
# One-off ones come after it.
site=$($compose ps -aq website | head -n 1)
count=$(echo "$old" | wc -w)
if [ "$count" -eq 0 ]; then
  step="starting it all"
  $compose up -d
  step="done"
  exit
fi

# Before the servers: a page that is newer than its server waits for it, one that is older is told to reload, and must then
# get the new one.
step="publishing the website"
$compose run --rm -T website

# What runs stays as it is; what is added is of the new image.
step="starting the new servers"
$compose up -d --no-recreate --scale "server=$((2 * count))" server
new=$(new_ones)

step="waiting for the new servers"
seconds=0
for id in $new; do
  until is_healthy "$id"; do
    if [ "$seconds" -ge "$HEALTHY_WITHIN_SECONDS" ]; then
      echo "$id is not healthy after $seconds seconds; the last it said:" >&2
      docker logs --tail 20 "$id" >&2
      exit 1
    fi
    sleep 1
    seconds=$((seconds + 1))
  done
done

# They hand their rooms on, together: each to a new one.
step="stopping the old servers"
docker stop -t "$GRACE_SECONDS" $old
docker rm $old
step="tidying up"
$compose up -d --scale "server=$count"
step="done"
