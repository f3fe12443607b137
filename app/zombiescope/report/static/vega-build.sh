#!/bin/sh
# Bundles the parts of Vega that the report's charts use, with the expression interpreter that a strict
# Content-Security-Policy needs, into vega.js. Run by whoever updates Vega; needs npm.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cd "$work"
npm init -y > /dev/null
npm install --silent vega@6.2.0 vega-interpreter@2.3.2 esbuild@0.25
cat > entry.js <<'END'
import {transforms} from 'vega-dataflow';
import * as tx from 'vega-transforms';
import * as vtx from 'vega-view-transforms';
import * as encode from 'vega-encode';
import {extend} from 'vega-util';
import {View} from 'vega-view';
import {parse} from 'vega-parser';
import {expressionInterpreter} from 'vega-interpreter';
extend(transforms, tx, vtx, encode);
globalThis.vega = {parse, View, expressionInterpreter};
END
npx esbuild entry.js --bundle --minify --format=iife --legal-comments=none --charset=ascii --outfile=vega.js
{ sed -n '1,3p' "$here/vega.js"; cat vega.js; } > new.js
mv new.js "$here/vega.js"
