var base = "https://api.netty.io/v2/users";
function f(x){ return fetch(base + "/list?x=" + x, {headers:{"X-Host":"log.umeng.com"}}); }
var u = "https://bücher.de/ü/日本";
var long = "https://cdn.netty.io/" + "a".repeat(3);
var l2 = "https://long.netty.io/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
function Foo(){}; Foo.prototype.bar=function(){ return this.name + u + l2 + long; };
print(f, new Foo().bar(), "s3://my-bucket/x");
