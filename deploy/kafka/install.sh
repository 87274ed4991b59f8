#!/bin/sh
# Puts the jars of Apache Kafka (Maven Central) where the tests look for them. Does nothing when they are there.
# Needs: Maven, a Java runtime of 17 or newer. FLOE_CACHE is another folder than ~/.cache/floe.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
version=$(sed -n 's|.*<kafka.version>\(.*\)</kafka.version>.*|\1|p' "$here/pom.xml")
target=${FLOE_CACHE:-$HOME/.cache/floe}/kafka-$version

if [ -d "$target/libs" ]; then
  echo "Apache Kafka $version is in $target"
  exit 0
fi
for tool in mvn java; do
  command -v "$tool" > /dev/null || { echo "$tool is missing: install Maven and a Java runtime of 17 or newer" >&2; exit 1; }
done

echo "fetching the jars of Apache Kafka $version"
mkdir -p "$target"
arriving=$target/arriving.$$
trap 'rm -rf "$arriving"' EXIT
mvn -B -q -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$arriving"
# Whoever finds the folder finds all of it.
mv -T "$arriving" "$target/libs" 2> /dev/null || [ -d "$target/libs" ]
echo "Apache Kafka $version is in $target"
