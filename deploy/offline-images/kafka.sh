#!/bin/bash
# apache/kafka: a runtime by jlink from the machine's JDK and the jars of Maven Central. Needs debian:bookworm-slim.
. "$(dirname "$0")/machine.sh"
version=$(sed -n 's|.*<kafka.version>\(.*\)</kafka.version>.*|\1|p' "$here/../kafka/pom.xml")
"$here/../kafka/install.sh"
cp -r "$here/kafka" "$work/context" && cd "$work/context"
cp -r "$cache/kafka-$version/libs" libs
jmods=$(dirname "$(dirname "$(readlink -f "$(command -v jlink)")")")/jmods
modules=java.base,java.logging,java.management,java.management.rmi,java.naming,java.net.http,java.rmi,java.scripting
modules+=,java.security.jgss,java.security.sasl,java.sql,java.xml,java.desktop,jdk.crypto.ec,jdk.management,jdk.management.agent
modules+=,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs
jlink --module-path "$jmods" --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages --compress=0 --output jre
# jlink makes no class-data archive of the base.
jre/bin/java -Xshare:dump > /dev/null
build_image -t "apache/kafka:$version"
