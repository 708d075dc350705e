package dex

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/dextest"
	"quaestor/scanners/inventory"
)

// method makes a file with one method.
func method(steps ...dextest.Step) []byte {
	return dextest.File{Classes: []dextest.Class{{Name: "com.lib.Loader", Methods: []dextest.Method{{Name: "go", Does: steps}}}}}.Bytes()
}

// TestMarks asks for the mark, its phrase, count and first place of code that uses one thing.
func TestMarks(t *testing.T) {
	call, load, field := dextest.Call, dextest.Load, dextest.Read
	const newLoader = "dalvik.system.DexClassLoader.<init>(Ljava/lang/String;)V"
	tests := map[string]struct {
		steps []dextest.Step
		want  inventory.Mark // of the one place
		item  string
	}{
		"class loader": {[]dextest.Step{call(newLoader), call(newLoader)},
			inventory.Mark{Code: inventory.MarkCodeLoading, Detail: "loads further DEX code: DexClassLoader", Count: 2}, "com.lib.Loader.go → dalvik.system.DexClassLoader.<init>"},
		"library": {[]dextest.Step{load("voting"), call("java.lang.System.loadLibrary(Ljava/lang/String;)V")},
			inventory.Mark{Code: inventory.MarkNativeLoading, Detail: "loads native code: System.loadLibrary", Count: 1}, `com.lib.Loader.go → java.lang.System.loadLibrary("voting")`},
		"bridge of an own class": {[]dextest.Step{call("com.lib.View.addJavascriptInterface(Ljava/lang/Object;Ljava/lang/String;)V")},
			inventory.Mark{Code: inventory.MarkWebBridge, Detail: "gives web pages methods to call: addJavascriptInterface", Count: 1}, "com.lib.Loader.go → addJavascriptInterface"},
		"contacts": {[]dextest.Step{field("android.provider.ContactsContract$Contacts.CONTENT_URI:Landroid/net/Uri;")},
			inventory.Mark{Code: inventory.MarkContacts, Detail: "names contacts or calls: ContactsContract$Contacts.CONTENT_URI", Count: 1}, "com.lib.Loader.go → android.provider.ContactsContract$Contacts.CONTENT_URI"},
		"root": {[]dextest.Step{load("/system/xbin/su")},
			inventory.Mark{Code: inventory.MarkSu, Detail: `names programs that give root: "/system/xbin/su"`, Count: 1}, `com.lib.Loader.go → "/system/xbin/su"`},
		"class by name": {[]dextest.Step{load("android.app.ActivityThread"), call("java.lang.Class.forName(Ljava/lang/String;)Ljava/lang/Class;")},
			inventory.Mark{Code: inventory.MarkReflection, Detail: "calls by name: Class.forName", Count: 1}, `com.lib.Loader.go → java.lang.Class.forName("android.app.ActivityThread")`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := read(t, method(test.steps...)).Marks
			test.want.Places = []inventory.Place{{File: "classes.dex", Item: test.item}}
			if len(got) != 1 || !equalMarks(got[0], test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func equalMarks(a, b inventory.Mark) bool {
	return a.Code == b.Code && a.Detail == b.Detail && a.Count == b.Count && slices.Equal(a.Places, b.Places)
}

// TestNoMarks has code that only looks like something.
func TestNoMarks(t *testing.T) {
	for name, steps := range map[string][]dextest.Step{
		"a language":              {dextest.Load("su")},
		"another class":           {dextest.Call("com.lib.Runtime.exec(Ljava/lang/String;)V")},
		"another prototype":       {dextest.Call("com.lib.View.addJavascriptInterface(I)V")},
		"an own loadLibrary":      {dextest.Call("com.lib.System.loadLibrary(Ljava/lang/String;)V")},
		"a field of another type": {dextest.Read("com.lib.Contacts.CONTENT_URI:Landroid/net/Uri;")},
		"part of a word":          {dextest.Load("/system/xbin/sum")},
	} {
		if got := read(t, method(steps...)).Marks; len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestSu: the bare word counts where the method starts a program.
func TestSu(t *testing.T) {
	got := read(t, method(dextest.Load("su"), dextest.Call("java.lang.Runtime.exec(Ljava/lang/String;)Ljava/lang/Process;"))).Marks
	if len(got) != 2 || got[0].Code != inventory.MarkExec || got[1].Code != inventory.MarkSu || got[0].Places[0].Item != `com.lib.Loader.go → java.lang.Runtime.exec("su")` {
		t.Errorf("got %+v", got)
	}
}

// TestUnusedReference: what a file refers to counts even if no instruction uses it.
func TestUnusedReference(t *testing.T) {
	data := dextest.File{Strings: []string{"com.topjohnwu.magisk"}, Classes: []dextest.Class{{Name: "a.Main"}}}.Bytes()
	got := read(t, data).Marks
	if len(got) != 1 || got[0].Code != inventory.MarkRootCheck || got[0].Count != 1 || got[0].Places[0].Item != `→ "com.topjohnwu.magisk"` {
		t.Errorf("got %+v", got)
	}
}

// TestOwnClass: a library that brings a class of that name only defines its methods.
func TestOwnClass(t *testing.T) {
	data := dextest.File{Classes: []dextest.Class{{Name: "com.google.android.gms.location.FusedLocationProviderClient", Methods: []dextest.Method{{Name: "getLastLocation"}}}}}.Bytes()
	if got := read(t, data).Marks; len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

// TestPlaces: of many callers, one of every package shows first.
func TestPlaces(t *testing.T) {
	var f dextest.File
	exec := []dextest.Method{{Name: "run", Does: []dextest.Step{dextest.Call("java.lang.Runtime.exec(Ljava/lang/String;)V")}}}
	for _, name := range []string{"a.A", "a.B", "a.C", "a.D", "a.E"} {
		f.Classes = append(f.Classes, dextest.Class{Name: name, Methods: exec})
	}
	other := dextest.File{Classes: []dextest.Class{{Name: "com.vendor.Sdk", Methods: exec}}}
	var set Set
	for name, data := range map[string][]byte{"classes.dex": f.Bytes(), "classes2.dex": other.Bytes()} {
		facts, err := Read(t.Context(), data, name)
		if err != nil {
			t.Fatal(err)
		}
		set.Add(facts)
	}
	got := set.Result().Marks
	if len(got) != 1 || got[0].Count != 6 || len(got[0].Places) != 1+maxNotes {
		t.Fatalf("got %+v", got)
	}
	if p := got[0].Places[1]; p.File != "classes2.dex" || !strings.HasPrefix(p.Item, "com.vendor.Sdk.run") {
		t.Errorf("the second place is %+v", p)
	}
}

// TestOwnPlacesFirst: libraries that nearly every app has come after the app's own code, in a file and among files.
func TestOwnPlacesFirst(t *testing.T) {
	exec := []dextest.Method{{Name: "run", Does: []dextest.Step{dextest.Call("java.lang.Runtime.exec(Ljava/lang/String;)V")}}}
	var f dextest.File
	for _, name := range []string{"a.a.A", "androidx.a.A", "androidx.b.B", "androidx.c.C", "androidx.d.D", "kotlin.E", "org.example.app.Main"} {
		f.Classes = append(f.Classes, dextest.Class{Name: name, Methods: exec})
	}
	var set Set
	for _, name := range []string{"classes.dex", "classes2.dex"} {
		facts, err := Read(t.Context(), f.Bytes(), name)
		if err != nil {
			t.Fatal(err)
		}
		set.Add(facts)
	}
	got := set.Result().Marks[0]
	var items []string
	for _, p := range got.Places {
		items = append(items, strings.TrimSuffix(p.Item, ".run → java.lang.Runtime.exec"))
	}
	want := []string{"a.a.A", "org.example.app.Main", "a.a.A", "org.example.app.Main", "androidx.a.A", "androidx.b.B", "androidx.a.A", "androidx.b.B"}
	if got.Count != 14 || !slices.Equal(items, want) {
		t.Errorf("%d uses at %q, want %q", got.Count, items, want)
	}
}

// TestPhrases: every mark has one.
func TestPhrases(t *testing.T) {
	for _, a := range apis() {
		if phrases[a.mark] == "" {
			t.Errorf("%s has no phrase", a.mark)
		}
		if len(a.name) > longest || len(a.class)+2 > longest {
			t.Errorf("%+v is too long to be found", a)
		}
	}
}
