package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

const listHead = "# platform: windows\n# kind: name\n# source: s\n# licence: l\n"

func TestParseList(t *testing.T) {
	l, err := parseList("x/a.txt", listHead+"\nOne\nTwo\tMaker\nThree\t\ttiktok\nFour\tMaker\t?tiktok\nTwo\n")
	if err != nil || l.File != "a.txt" || l.Kind != inventory.NameOnly || len(l.Entries) != 5 {
		t.Fatalf("got %+v, %v", l, err)
	}
	if e := l.Entries[2]; e.Name != "Three" || e.Publisher != "" || e.Product != "tiktok" || e.Asks || e.line != 8 {
		t.Errorf("got %+v", e)
	}
	if e := l.Entries[3]; e.Publisher != "Maker" || e.Product != "tiktok" || !e.Asks {
		t.Errorf("got %+v", e)
	}
	for _, c := range []struct{ text, want string }{
		{listHead, "a list needs"},
		{"# platform: windows\n# kind: nickname\n# source: s\n# licence: l\nOne\n", "a list needs"},
		{listHead + "One\nOne\n", "line 6: \"One\" is listed twice"},
		{listHead + "\tMaker\n", "line 5"},
		{listHead + "One\tMaker\ttiktok\tmore\n", "line 5"},
	} {
		if _, err := parseList("a.txt", c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: want %q, got %v", c.text, c.want, err)
		}
	}
	if _, err := readLists(t.TempDir()); err == nil {
		t.Error("a folder without lists is no error")
	}
}

// TestAListAccusesWhenItMust judges a list of what is not ordinary at all.
func TestAListAccusesWhenItMust(t *testing.T) {
	m := taken(t)
	score := func(rows string) listScore {
		t.Helper()
		l, err := parseList("a.txt", listHead+rows)
		if err != nil {
			t.Fatal(err)
		}
		all, err := judgeLists(m.db, []List{l}, Expectations{}, m.asOf)
		if err != nil {
			t.Fatal(err)
		}
		return all[0]
	}
	const tiktok = "TikTok\tTikTok Pte. Ltd."
	if s := score(tiktok + "\n"); len(s.accused) == 0 || s.accused[0].product != "tiktok" || s.labelled != 0 {
		t.Errorf("TikTok as an ordinary name: %+v", s)
	}
	if s := score(tiktok + "\ttiktok\n"); len(s.accused) != 0 || len(s.idle) != 0 || s.labelled != 1 {
		t.Errorf("TikTok as what it is: %+v", s)
	}
	if s := score(tiktok + "\tdeepseek\n"); len(s.accused) == 0 || len(s.idle) != 1 {
		t.Errorf("TikTok as another product: %+v", s)
	}
	if s := score(tiktok + "\t?tiktok\n"); len(s.accused) == 0 {
		t.Errorf("TikTok where only a question is allowed: %+v", s)
	}
	if s := score("Calculator\t\ttiktok\n"); len(s.accused) != 0 || len(s.idle) != 1 || !strings.Contains(s.idle[0], "a.txt:5") {
		t.Errorf("a label that nothing bears out: %+v", s)
	}
	l, _ := parseList("a.txt", listHead+"One\t\tno-such-product\n")
	if _, err := judgeLists(m.db, []List{l}, Expectations{}, m.asOf); err == nil || !strings.Contains(err.Error(), "no-such-product") {
		t.Errorf("got %v", err)
	}
}

// TestTheListsAreLargeAndSmall keeps them large enough to mean something, and small enough to carry.
func TestTheListsAreLargeAndSmall(t *testing.T) {
	m := taken(t)
	if n := listed(m.lists, isName); n < 4500 {
		t.Errorf("%d ordinary names", n)
	}
	if n := listed(m.lists, isID); n < 4000 {
		t.Errorf("%d ordinary identifiers", n)
	}
	files, err := filepath.Glob(filepath.Join(root, "testdata/neutral/lists/*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > 400<<10 {
		t.Errorf("the lists take %d bytes", size)
	}
}

// TestNamesThatCollided are names that were once taken for catalogued products. They stay in the lists.
func TestNamesThatCollided(t *testing.T) {
	have := map[string]bool{}
	for _, s := range taken(t).lists {
		for _, e := range s.list.Entries {
			have[e.Name+"|"+e.Publisher] = true
		}
	}
	for _, want := range []string{"MoMo|", "Soul|", "РЕСО|", "vivo Cloud|", "Phone Manager|", "realme Store|", "OPPO Store|", "CLCL|",
		"Quark|Quark Software Inc.", "DeepSeek Desktop|OpenWeb Community", "Trae|Trae GmbH", "Cici|Cici Software GmbH", "Norton Internet Security|Symantec Corporation"} {
		if !have[want] {
			t.Errorf("%s is in no list", want)
		}
	}
}

func TestTheFlagAlsoAddsLists(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "mine.txt"), []byte(listHead+"DeepSeek\tHangzhou DeepSeek Artificial Intelligence Co., Ltd.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	if code := run([]string{"-root", root, "-also", folder}, &out, &errs); code != 1 || !strings.Contains(errs.String(), "DeepSeek") || !strings.Contains(out.String(), "mine.txt") {
		t.Errorf("code %d, %s", code, errs.String())
	}
}
