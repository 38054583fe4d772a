using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Sums and copies.</content>
public abstract partial class BackendContract
{
    [SkippableFact]
    public void A_sum_adds_its_terms_in_their_order()
    {
        ForAll(40, ShapeCases.Flat, test =>
        {
            float[][] terms = [.. Enumerable.Range(0, 2 + (test.Seed % 3)).Select(k => WithPeculiarValues(TestValues.Reals(test.Count, test.Seed + k), test.Seed + k))];
            float[] expected = (float[])terms[0].Clone();
            foreach (float[] term in terms[1..])
            {
                NeuralCore.Ops.AddReference.AddTo<float>(expected, term);
            }

            using var memory = new GuardedMemory<float>(Backend);
            Slot sum = memory.Output<float>("sum", test.Count + 3), copy = memory.Output<float>("copy", test.Count + 3), inPlace = memory.InPlace<float>("in place", terms[0]);
            Slot[] slots = [.. terms.Select((term, k) => memory.Input<float>($"term {k}", term, spare: 3))];
            Backend.Add(test.Count, slots, sum);
            Backend.Copy(test.Count, slots[1], copy);
            foreach (Slot term in slots[1..])
            {
                Backend.AddTo(test.Count, inPlace, term);
            }

            memory.Verify();
            Agreement.SameBits("sum", expected, memory.Read<float>(sum, test.Count));
            Agreement.SameBits("sum in place", expected, memory.Read<float>(inPlace, test.Count));
            Agreement.SameBits("copy", terms[1], memory.Read<float>(copy, test.Count));
        });
    }
}
