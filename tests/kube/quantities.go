//go:build ignore

// What Kubernetes makes of quantities: the table quantities.txt, against which test_quantities.py holds the program's rule.
//
//	cd local/tools/kubectl && go run -mod=mod ../../../tests/kube/quantities.go > ../../../tests/kube/quantities.txt
//
// "Written" is what a Profile has after Kubeflow's controller: decoded into v1.ResourceQuotaSpec, copied as by the
// controller's cache, encoded. "Canonical" is Quantity's own canonical form, rounded up to thousandths as a ResourceQuota's
// is (SetDefaults_ResourceList, pkg/apis/core/v1 of Kubernetes), and written again until it stays.
package main

import (
	"encoding/json"
	"fmt"
	"math"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

var numbers = []string{
	"0", "00", ".0", "0.", "1", "01", "1.", "1.0", "1.5", ".5", "0.25", "2", "7", "8", "10", "12", "40", "100", "150", "512",
	"768", "999", "1000", "1000.0", "1001", "1023", "1024", "1100", "1536", "2000", "2048", "40000", "102400", "163840",
	"1000000", "1048576", "1.953125", "0.9765625", "976.5625", "0.001", "0.0001", "0.0010", "1.0001", "0.0000000001",
	"1.9999999999999999999", "0.0000000000000000001", "123456789012345678", "1000000000000000000", "9223372036854775807",
	"0000000000000001024",
}

var suffixes = []string{
	"", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
	"e0", "E0", "e1", "e2", "e3", "E3", "E+03", "e-3", "E-2", "e-9", "e9", "e17", "e-99",
}

func written(text string) string {
	var spec corev1.ResourceQuotaSpec
	if err := json.Unmarshal([]byte(`{"hard":{"cpu":"`+text+`"}}`), &spec); err != nil {
		panic(text + ": " + err.Error())
	}
	encoded, err := json.Marshal(spec.DeepCopy())
	if err != nil {
		panic(err)
	}
	var plain struct{ Hard map[string]string }
	if err := json.Unmarshal(encoded, &plain); err != nil {
		panic(err)
	}
	return plain.Hard["cpu"]
}

func canonical(text string) string {
	quantity := resource.MustParse(text)
	quantity.RoundUp(resource.Milli)
	number, suffix := quantity.CanonicalizeBytes(make([]byte, 0, 64))
	if found := string(number) + string(suffix); found != text {
		return canonical(found)
	}
	return text
}

func main() {
	fmt.Println("# given written canonical: written by quantities.go with k8s.io/apimachinery v0.37.2")
	for _, number := range numbers {
		for _, suffix := range suffixes {
			given := number + suffix
			quantity := resource.MustParse(given)
			if quantity.CmpInt64(math.MaxInt64) >= 0 {
				continue
			}
			found := canonical(given)
			if stays := written(found); stays != found {
				panic(given + ": " + found + " is written as " + stays)
			}
			fmt.Println(given, written(given), found)
		}
	}
}
