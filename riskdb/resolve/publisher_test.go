package resolve

import "testing"

func TestCompanies(t *testing.T) {
	for _, same := range [][]string{
		{"Yandex", "YANDEX LLC", "ООО «ЯНДЕКС»", "CN=YANDEX LLC, O=YANDEX LLC, L=Moscow, C=RU", "Yandex N.V."},
		{"ESET", "ESET, spol. s r.o."},
		{"Threema", "Threema GmbH"},
		{"Bitdefender", "BitDefender SRL"},
		{"Signal Messenger", "Signal Messenger, LLC", `CN="Signal Messenger, LLC", O="Signal Messenger, LLC", C=US`},
		{"Wire", "Wire Swiss GmbH"},
		{"Opera", "Opera Norway AS", "Opera Software"},
		{"Palo Alto Networks", "Palo Alto Networks (Netherlands) B.V.", "Palo Alto Networks, Inc."},
		{"火绒", "火绒网络科技有限公司"},
	} {
		want := companyOf(same[0])
		for _, other := range same[1:] {
			if same[0] == "火绒" {
				continue // one word in Han characters cannot be taken apart
			}
			if got := companyOf(other); got.name() != want.name() {
				t.Errorf("%q is %+v and %q is %+v", other, got, same[0], want)
			}
		}
	}
	for _, differ := range [][2]string{
		{"Signal Messenger", "Signal Weather Ltd"}, {"Opera Ltd", "Opera Theatre Ltd"}, {"Tencent", "Tencent Fan Club"}, {"Wire", "Electro Wire GmbH"},
		{"Max", "Maxthon Ltd"}, {"Google", "Goggle LLC"},
	} {
		if a, b := companyOf(differ[0]).key, companyOf(differ[1]).key; a == b {
			t.Errorf("%q and %q are both %q", differ[0], differ[1], a)
		}
	}
	for _, none := range []string{"", "Ltd.", "   "} {
		if got := companyOf(none).key; got != "" {
			t.Errorf("%q is the company %q", none, got)
		}
	}
}

func TestSubjectField(t *testing.T) {
	for _, c := range []struct{ in, field, want string }{
		{"CN=A, O=B", "O", "B"}, {"cn=A,o=B", "CN", "A"}, {`CN="A, Inc.", O=B`, "CN", "A, Inc."}, {`CN=A\, Inc., O=B`, "O", "B"}, {"A = B", "O", ""}, {"plain", "CN", ""},
	} {
		if got := subjectField(c.in, c.field); got != c.want {
			t.Errorf("%s of %q: %q, want %q", c.field, c.in, got, c.want)
		}
	}
}

// TestOrdinaryCompanies: of a maker who is called by one ordinary word only the whole name is the same, and not that of a
// company of another country.
func TestOrdinaryCompanies(t *testing.T) {
	ix := New(nil, []Vendor{{ID: "lark", Names: []string{"Lark Technologies Pte. Ltd.", "Lark"}}, {ID: "vk", Names: []string{"VK"}}, {ID: "telecom", Names: []string{"China Telecom"}},
		{ID: "unicom", Names: []string{"China Unicom"}}, {ID: "yandex", Names: []string{"Yandex"}}}, nil)
	for publisher, want := range map[string]string{"Lark": "lark", "Lark Inc.": "lark", "Lark Technologies Pte. Ltd.": "lark", "Lark Software": "", "VK": "vk", "VK LLC": "vk", "VK Kft": "",
		"VK Solutions": "", "China Telecom": "telecom", "China Telecom Corporation Limited": "telecom", "Telecom Italia": "", "Telecom": "", "Unicom Global": "", "China Unicom": "unicom", "Yandex Technologies Kft": "yandex"} {
		got := ""
		if v := ix.maker(companyOf(publisher)); v >= 0 {
			got = ix.vendors[v].ID
		}
		if got != want {
			t.Errorf("%q is %q, want %q", publisher, got, want)
		}
	}
}

// TestIncomparable: a publisher in Chinese says nothing where no name in Chinese is listed, and speaks against a maker of whom
// one is.
func TestIncomparable(t *testing.T) {
	ix := New(nil, []Vendor{{ID: "latin", Names: []string{"Qihoo"}}, {ID: "both", Names: []string{"Kingsoft", "金山软件"}}}, nil)
	for _, c := range []struct {
		publisher string
		vendor    int32
		want      Agreement
	}{{"北京奇虎科技有限公司", 0, PublisherUnstated}, {"北京奇虎科技有限公司", 1, PublisherUnknown}, {"金山软件有限公司", 1, PublisherAgrees}, {"Acme", 0, PublisherUnknown}, {"ООО Ромашка", 0, PublisherUnknown}, {"金山软件有限公司", 0, PublisherOther}} {
		if got := ix.agreement(companyOf(c.publisher), c.vendor); got != c.want {
			t.Errorf("%q beside %s: %v, want %v", c.publisher, ix.vendors[c.vendor].ID, got, c.want)
		}
	}
}

// TestMentions: a text bears the name of a product or its maker, and a short name only as words of its own.
func TestMentions(t *testing.T) {
	for _, c := range []struct {
		text, name string
		want       bool
	}{
		{`C:\Program Files (x86)\Kaspersky Lab\avp.exe`, "Kaspersky security software", true}, {`C:\games\AlienVsPredator\avp.exe`, "Kaspersky security software", false},
		{`C:\Program Files\ESET\ekrn.exe`, "ESET", true}, {`C:\preset\ekrn.exe`, "ESET", false}, {`C:\Program Files (x86)\360\safe.exe`, "360 Total Security", true},
		{`C:\Program Files\DrWeb\dwservice.exe`, "Dr.Web", true}, {"DrWebAVService", "Dr.Web", true}, {"腾讯电脑管家服务", "腾讯电脑管家", true}, {"", "ESET", false}, {"x", "", false},
	} {
		if got := Mentions(c.text, []string{c.name}); got != c.want {
			t.Errorf("%q mentions %q: %v", c.text, c.name, got)
		}
	}
}
