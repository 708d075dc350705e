package macbundle

import "testing"

func TestMaker(t *testing.T) {
	for notice, want := range map[string]string{"Copyright © 2014-2026 Example Corp. All rights reserved.": "Example Corp", "© 2020 北京示例公司": "北京示例公司", "Copyright (c) 2001, 2002 A & B, Inc.\nMore": "A & B, Inc.",
		"": "", "2026": "", "Example": "Example"} {
		if got := maker(notice); got != want {
			t.Errorf("%q: %q", notice, got)
		}
	}
}
