package adbsim

import "testing"

func TestRecordsLoad(t *testing.T) {
	if len(Records()) == 0 {
		t.Fatal("no phone is recorded")
	}
	for _, name := range Records() {
		p, err := Load(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, a := range p.Apps {
			for _, f := range a.files() {
				if p.Files[f] == nil {
					t.Errorf("%s: app %s has no file %s", name, a.Name, f)
				}
			}
		}
		for _, f := range p.Files {
			if !f.Secret {
				if _, err := f.content(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}
