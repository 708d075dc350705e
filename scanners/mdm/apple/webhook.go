package apple

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/plist"
)

// statusTopic stands for that of a status report, which has none.
const statusTopic = "mdm.status"

// isTopic reports whether an event of that topic is one of a device.
func isTopic(topic string) bool {
	return strings.HasPrefix(topic, "mdm.")
}

// object is what is needed of a document in JSON to know what it is, and whose.
type object struct {
	Topic       string      `json:"topic"`
	CreatedAt   string      `json:"created_at"`
	Acknowledge *deviceSaid `json:"acknowledge_event"`
	Checkin     *deviceSaid `json:"checkin_event"`

	fleetResult

	StatusItems *struct {
		Device struct {
			Identifier struct {
				UDID   string `json:"udid"`
				Serial string `json:"serial-number"`
			} `json:"identifier"`
		} `json:"device"`
	}
}

// deviceSaid is an answer or message in an event of a webhook.
type deviceSaid struct {
	UDID         string `json:"udid"`
	EnrollmentID string `json:"enrollment_id"`
	RawPayload   []byte `json:"raw_payload"`
}

// object puts what a document in JSON says to its device.
func (f *file) object(o *object, e jsonstream.Element) error {
	said := o.Acknowledge
	if said == nil {
		said = o.Checkin
	}
	switch {
	case o.StatusItems != nil:
		id := o.StatusItems.Device.Identifier
		return f.add(f.key(map[string]string{"UDID": id.UDID}, []string{"StatusItems"}), e.Raw, time.Time{}, e.Line)
	case isTopic(o.Topic) && said != nil:
		return f.event(o, said, e.Line)
	case o.HostUUID != "" && o.CommandUUID != "":
		return f.fleet(&o.fleetResult, e.Line)
	}
	return f.answer(e)
}

// fleetResult is an answer in the list of results of a command that Fleet gives.
type fleetResult struct {
	HostUUID    string `json:"host_uuid"`
	CommandUUID string `json:"command_uuid"`
	Request     string `json:"request_type"`
	UpdatedAt   string `json:"updated_at"`
	Result      []byte `json:"result"`
}

// isResult reports whether an object with these members is one. The result itself may be so long that the beginning of a file lacks it.
func isResult(keys []string) bool {
	for _, k := range []string{"host_uuid", "command_uuid", "request_type"} {
		if !slices.Contains(keys, k) {
			return false
		}
	}
	return true
}

// fleet is an answer that Fleet kept. One that did not come yet is none, and those of Windows are of another form.
func (f *file) fleet(r *fleetResult, line int) error {
	if len(r.Result) == 0 || strings.HasPrefix(r.Request, ".") {
		return nil
	}
	o := object{CreatedAt: r.UpdatedAt}
	return f.event(&o, &deviceSaid{RawPayload: r.Result}, line)
}

// event is an answer with the time at which it came.
func (f *file) event(o *object, said *deviceSaid, line int) error {
	at, _ := time.Parse(time.RFC3339Nano, o.CreatedAt) // an event without a time is one all the same
	told := map[string]string{"UDID": said.UDID, "EnrollmentID": said.EnrollmentID}
	if len(said.RawPayload) > maxPiece {
		return jsonstream.ErrTooLarge
	}
	if said.UDID == "" || len(said.RawPayload) == 0 {
		v, err := plist.Decode(said.RawPayload)
		if err != nil {
			return err
		}
		told, _ = members(v)
	}
	return f.add(f.key(told, nil), said.RawPayload, at, line)
}

// answer is a property list that was written as JSON.
func (f *file) answer(e jsonstream.Element) error {
	var v map[string]json.RawMessage
	if err := json.Unmarshal(e.Raw, &v); err != nil {
		return err
	}
	told, keys := map[string]string{}, make([]string, 0, len(v))
	for key, raw := range v {
		keys = append(keys, key)
		var s string
		if len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &s) == nil {
			told[key] = s
		}
	}
	if !isAnswer(keys, told["MessageType"]) {
		return errors.New("it is no answer to a command that is known")
	}
	return f.add(f.key(told, keys), e.Raw, time.Time{}, e.Line)
}
