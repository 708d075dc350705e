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
