package endpoints

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/inventory"
)

// found is what a collector makes of texts: "kind value host" each.
func found(texts ...string) []string {
	var c Collector
	for _, t := range texts {
		c.Add([]byte(t), "classes.dex")
	}
	list, _, _ := c.Result(nil)
	var out []string
	for _, e := range list {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Kind, e.Value, e.Host)))
	}
	return out
}

const v3 = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion" // torproject.org's example of a service of version 3

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"https://api.example.de/v1?x=1#top":                             "url https://api.example.de/v1?x=1 api.example.de",
		"HTTP://WWW.Jamendo.COM/Track":                                  "url http://www.jamendo.com/Track www.jamendo.com",
		"see https://kotl.in/issue.":                                    "url https://kotl.in/issue kotl.in",
		"(see https://netty.io/wiki/a_(b).html).":                       "url https://netty.io/wiki/a_(b).html netty.io",
		"a<https://netty.io/wiki>b":                                     "url https://netty.io/wiki netty.io",
		"https://user:secret@git.netty.io/x":                            "url https://git.netty.io/x git.netty.io",
		"https://a@b:c@netty.io":                                        "url https://netty.io netty.io",
		"{\"u\":\"https:\\/\\/cdn.netty.io\\/a\\/b\"}":                  "url https://cdn.netty.io/a/b cdn.netty.io",
		`<a href="https://netty.io/a?b=1&amp;c=2&amp;amp;d=3&#38;e=4">`: "url https://netty.io/a?b=1&c=2&d=3&e=4 netty.io",
		"&quot;https://netty.io/a&quot;,&quot;":                         "url https://netty.io/a netty.io",
		"&lt;https://netty.io&gt; and":                                  "url https://netty.io netty.io",
		"&amp;lt;https://netty.io/?a&amp;gt;":                           "url https://netty.io/?a netty.io",
		"https://netty.io/?a=1&amp; ":                                   "url https://netty.io/?a=1 netty.io",
		"https://netty.io/?ampere=1&amplitude=2":                        "url https://netty.io/?ampere=1&amplitude=2 netty.io",
		"http://schemas.google.com/gCal/2005":                           "reference http://schemas.google.com/gCal/2005 schemas.google.com",
		"http://www.wapforum.org/DTD/wml_1.1.xml":                       "reference http://www.wapforum.org/DTD/wml_1.1.xml www.wapforum.org",
		"http://www.eksempel.dk/x":                                      "reference http://www.eksempel.dk/x www.eksempel.dk",
		"https://mycompany.com:8080":                                    "reference https://mycompany.com:8080 mycompany.com",
		"http://www.exemplo.com.br":                                     "reference http://www.exemplo.com.br www.exemplo.com.br",
		"https://netty.io:8443/x":                                       "url https://netty.io:8443/x netty.io",
		"https://netty.io:%d/x":                                         "url https://netty.io/x netty.io",
		"https://%s.log.netty.io/x/{id}":                                "url https://%s.log.netty.io/x/{id} log.netty.io",
		"https://{region}.api.netty.io/":                                "url https://{region}.api.netty.io/ api.netty.io",
		"https://pre%s.netty.io/":                                       "url https://pre%s.netty.io/ netty.io",
		"https://bücher.de/x":                                           "url https://bücher.de/x xn--bcher-kva.de",
		"https://例子.中国/路":                                               "url https://例子.中国/ xn--fsqu00a.xn--fiqs8s",
		"wss://push.netty.io/s":                                         "url wss://push.netty.io/s push.netty.io",
		"tcp://47.92.1.200:9000":                                        "url tcp://47.92.1.200:9000 47.92.1.200",
		"http://192.168.8.1/api":                                        "url http://192.168.8.1/api 192.168.8.1",
		"http://[2606:4700:4700::1111]:53/":                             "url http://[2606:4700:4700::1111]:53/ 2606:4700:4700::1111",
		"api.netty.io":                                                  "host api.netty.io api.netty.io",
		"api.netty.io:443":                                              "host api.netty.io:443 api.netty.io",
		"netty.io/wiki/x":                                               "host netty.io netty.io",
		"//cdn.netty.io/x.js":                                           "host cdn.netty.io cdn.netty.io",
		"server=log.umeng.com":                                          "host log.umeng.com log.umeng.com",
		"api.feishu.id":                                                 "host api.feishu.id api.feishu.id",
		"pay.bank.co.id":                                                "host pay.bank.co.id pay.bank.co.id",
		"git@github.com:a/b.git":                                        "host github.com github.com",
		"223.5.5.5":                                                     "ip 223.5.5.5 223.5.5.5",
		"114.114.114.114":                                               "ip 114.114.114.114 114.114.114.114",
		"8.8.8.8":                                                       "ip 8.8.8.8 8.8.8.8",
		"5.6.7.8:9000":                                                  "ip 5.6.7.8:9000 5.6.7.8",
		"2606:4700:4700::1111":                                          "ip 2606:4700:4700::1111 2606:4700:4700::1111",
		"[2606:4700:4700::1111]":                                        "ip 2606:4700:4700::1111 2606:4700:4700::1111",
		"write to first.last@mail.netty.io, please":                     "email first.last@mail.netty.io mail.netty.io",
		"mailto:help@netty.io?subject=x":                                "email help@netty.io netty.io",
		"http://" + v3 + "/x":                                           "onion http://" + v3 + "/x " + v3,
		v3:                                                              "onion " + v3 + " " + v3,
		"expyuzz4wqqyqhjn.onion":                                        "onion expyuzz4wqqyqhjn.onion expyuzz4wqqyqhjn.onion",
		"http://schemas.android.com/apk/res/android":                    "reference http://schemas.android.com/apk/res/android schemas.android.com",
		"http://www.w3.org/2000/svg":                                    "reference http://www.w3.org/2000/svg www.w3.org",
		"https://api.example.com/":                                      "reference https://api.example.com/ api.example.com",
	} {
		var wanted []string
		if want != "" {
			wanted = []string{want}
		}
		if d := cmp.Diff(wanted, found(text)); d != "" {
			t.Errorf("%q:\n%s", text, d)
		}
	}
}

func TestNotAddresses(t *testing.T) {
	for _, text := range []string{
		"com.example.foo", "com.foo.net", "org.apache.http.io", "cn.jpush.android.data", "io.netty.handler", "de.greenrobot.event.id",
		"java.net", "java.io", "android.net", "kotlin.io", "os.name", "user.name", "java.version", "libfoo.so", "main.py", "arm.sh",
		"README.md", "a.zip", "clip.mov", "style.css", "index.html", "public.jpeg", "text/x.foo", "application/vnd.ms.com", "%s.com",
		"foo.bar.Baz", "Foo.com", "window.name", "this.app", "e.target.id", "config.app", "1.2.3.4", "10.0.2.2", "127.0.0.1:80",
		"1.3.6.1.4.1", "2.5.29.15", "106.0.5249.126", "2.1.47.69", "192.0.2.33", "300.1.2.3", "a::b", "std::string", "12:34:56", "00:1a:2b:3c:4d:5e",
		"https://%s/api", "https://", "http://localhost:8080/", "http://foo/bar", "https://www.", "content://com.foo.net/x", "http://javax.xml.XMLConstants/x",
		"file:///android_asset/x.com", "foo@2x.png", "this@Main.name", "@Foo.com", "expyuzz4wqqyqhj0.onion", "x" + v3[1:], "co.uk", "https://co.uk/",
		"pnames.icu", "libfoo.ar", "1.0.192.in-addr.arpa", "blogspot.com", "s3-us-east-2.amazonaws.com", "at com.foo.Bar(Bar.java:12)", "lodash.id", "-a.com", "a..com", "a-.com", "ro.foo.cn", "netty.io is a host", "see netty.io",
	} {
		if got := found(text); got != nil {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestBuckets(t *testing.T) {
	for _, text := range []string{
		"https://my-app.s3.eu-west-1.amazonaws.com/x.png", "https://my-app.s3.amazonaws.com/", "https://s3.amazonaws.com/my-app/x",
		"https://s3-us-west-2.amazonaws.com/my-app", "https://storage.googleapis.com/my-app/x", "https://my-app.storage.googleapis.com",
		"https://acct.blob.core.windows.net/c", "https://my-app.oss-cn-hangzhou.aliyuncs.com/a", "https://my-1250000000.cos.ap-beijing.myqcloud.com",
		"https://my-app.obs.cn-north-4.myhuaweicloud.com/", "https://my-app.firebaseio.com/.json", "https://firebasestorage.googleapis.com/v0/b/my-app.appspot.com/o/x",
		"https://my-app.ams3.digitaloceanspaces.com/", "https://f001.backblazeb2.com/file/my-app/x",
		"s3://my-app/key", "gs://my-app.appspot.com", "my-app.firebaseio.com", "my-app.oss-cn-hangzhou.aliyuncs.com",
	} {
		got := found(text)
		if len(got) != 1 || !strings.HasPrefix(got[0], "bucket "+text) {
			t.Errorf("%q: %q", text, got)
		}
	}
	for _, text := range []string{"https://oss-cn-hangzhou.aliyuncs.com/", "https://s3.amazonaws.com/", "https://log.aliyuncs.com/x"} {
		if got := found(text); len(got) != 1 || !strings.HasPrefix(got[0], "url ") {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestBinary(t *testing.T) {
	wide := func(s string) string {
		var b strings.Builder
		for _, c := range []byte(s) {
			b.WriteByte(c)
			b.WriteByte(0)
		}
		return b.String()
	}
	buffer := "\x7fELF\x00\x01\x00https://api.netty.io/a\x00log.umeng.com\x00ab.cn\x00junk.com.Foo\x00value.fr\x00" + wide("\x05 https://wide.netty.io/b") + "\xff\xfe" + wide("cdn.umeng.com") + "\x01\x01"
	want := []string{"host cdn.umeng.com cdn.umeng.com", "host log.umeng.com log.umeng.com", "url https://api.netty.io/a api.netty.io", "url https://wide.netty.io/b wide.netty.io"}
	if d := cmp.Diff(want, found(buffer)); d != "" {
		t.Error(d)
	}
}

// Pools of strings have the length of each before it, which may be a byte that a host can have.
func TestPool(t *testing.T) {
	for _, n := range []int{20, 33, 40, 48, 57, 61, 97} {
		host := strings.Repeat("b", min(n-9, 50)) + "." + strings.Repeat("c", max(n-9-51, 1)) + ".umeng.com"
		buffer := "\x01\x00\x00\x00" + string(byte(len(host))) + string(byte(len(host))) + host + "\x00\x03\x03abc\x00"
		if got := found(buffer); len(got) != 1 || got[0] != "host "+host+" "+host {
			t.Errorf("%d: %q", len(host), got)
		}
	}
}

// A bare host under a top-level domain that is a word counts where an address under its domain is named too.
func TestWeakHosts(t *testing.T) {
	if got := found("config.feishu.app"); got != nil {
		t.Errorf("alone: %q", got)
	}
	got := found("config.feishu.app", "https://www.feishu.app/x")
	if !slices.Contains(got, "host config.feishu.app config.feishu.app") {
		t.Errorf("beside an address: %q", got)
	}
}

func TestDefinedPackages(t *testing.T) {
	var c Collector
	c.Add([]byte("api.netty.io"), "a")
	c.Add([]byte("foo.bar.net"), "a")
	_, hosts, _ := c.Result(func(p string) bool { return p == "foo.bar" })
	if d := cmp.Diff([]string{"api.netty.io"}, hosts); d != "" {
		t.Error(d)
	}
}

// What is kept does not depend on who read what in which order, also where there is more than is kept.
func TestCutInAnyOrder(t *testing.T) {
	const n = 3 * MaxEndpoints
	add := func(c *Collector, i int) {
		c.Add(fmt.Appendf(nil, "https://h%d.netty.io/", i%n), fmt.Sprintf("f%d", i%7))
	}
	var one, a, b Collector
	for i := range n + 1000 {
		add(&one, i)
	}
	for i := n + 999; i >= 0; i-- {
		if i%3 == 0 {
			add(&a, i)
		} else {
			add(&b, i)
		}
	}
	a.Merge(&b)
	want, wantHosts, cut := one.Result(nil)
	got, gotHosts, gotCut := a.Result(nil)
	if !cut || !gotCut || len(want) != MaxEndpoints || len(wantHosts) != MaxEndpoints {
		t.Fatalf("%d endpoints, %d hosts, cut %v, %v", len(want), len(wantHosts), cut, gotCut)
	}
	if !slices.Equal(wantHosts, gotHosts) {
		t.Error("other hosts")
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestPlacesAndCounts(t *testing.T) {
	var c Collector
	for _, f := range []string{"d", "b", "e", "a", "c", "a"} {
		c.Add([]byte("https://api.netty.io"), f)
	}
	list, _, _ := c.Result(nil)
	want := []inventory.Endpoint{{Kind: "url", Value: "https://api.netty.io", Host: "api.netty.io", Domain: "netty.io", Count: 6,
		Places: []inventory.Place{{File: "a"}, {File: "b"}, {File: "c"}}}}
	if d := cmp.Diff(want, list); d != "" {
		t.Error(d)
	}
}

func TestRegistered(t *testing.T) {
	for host, want := range map[string]string{
		"a.b.netty.io": "netty.io", "x.co.uk": "x.co.uk", "co.uk": "", "foo.github.io": "foo.github.io", "github.io": "github.io",
		"s3.amazonaws.com": "amazonaws.com", "com": "", "a.nosuchtld": "", "": "", "x.www.ck": "www.ck",
	} {
		if got := registered(host); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

// TestStopAt: a collector ends soon after it is told to, in the middle of a text.
func TestStopAt(t *testing.T) {
	text := []byte(strings.Repeat("http://a.example.com/ ", 4*stopSteps))
	done := make(chan struct{})
	var whole, stopped Collector
	whole.StopAt(done)
	whole.Add(text, "x")
	close(done)
	stopped.StopAt(done)
	stopped.Add(text, "x")
	all, _, _ := whole.Result(nil)
	few, _, _ := stopped.Result(nil)
	if len(all) != 1 || all[0].Count != 4*stopSteps || len(few) != 1 || few[0].Count >= stopSteps {
		t.Errorf("%+v, and when told to stop %+v", all, few)
	}
}
