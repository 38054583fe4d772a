using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>The gradient of an input in that input's place, where it came out of a ReLU and a dropout.</content>
public abstract partial class BackendContract
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dense_replaces_its_input_by_what_the_relu_before_it_makes_of_the_gradient(bool thin)
    {
        Skip.IfNot(Backend.CanReplaceInput, "This backend keeps an input and its gradient apart.");
        ForAll(40, ShapeCases.DenseLayers, test =>
        {
            DenseShape shape = test.Shape;
            int inputs = test.Items * shape.Inputs;
            double scale = new DropoutMask(0.3, 1, 1, 1).Scale;
            using var memory = new GuardedMemory<float>(Backend);

            // Whole numbers, so that exact zeros are among them; and what no ReLU gives but the rule speaks of, too.
            float[] x = TestValues.Integers(inputs, test.Seed);
            float[] dy = TestValues.Reals(test.Items * shape.Units, test.Seed + 1);
            Slot dOutput = memory.Input<float>("dy", thin ? [.. dy.Select((g, i) => i % 4 == 0 ? g : 0)] : dy);
            float[] w = Array.ConvertAll(TestValues.Reals(shape.WeightCount, test.Seed + 2), Math.Abs);
            Slot input = memory.Input<float>("x", x), weights = memory.Input<float>("w", w);
            long bytes = Backend.ScratchBytes(shape, test.Items);

            Slot dInput = memory.Output<float>("dInput", inputs);
            Backend.DenseBackwardInput(shape, test.Items, dOutput, weights, dInput, memory.Scratch(bytes));
            float[] scaled = Array.ConvertAll(memory.Read<float>(dInput, inputs), dx => dx * (float)scale);
            var expected = new float[inputs];
            ReluReference.Backward<float>(x, scaled, expected);

            Slot replaced = memory.InPlace<float>("x", x);
            Backend.DenseBackwardInput(shape, test.Items, dOutput, weights, new InputGradient(replaced, scale), memory.Scratch(bytes));
            Agreement.SameBits("dInput", expected, memory.Read<float>(replaced, inputs));

            // The update has to have read x before it overwrites it.
            float[][] apart = Update(input, dInput);
            replaced = memory.InPlace<float>("x", x);
            float[][] together = Update(replaced, new InputGradient(replaced, scale));
            Agreement.SameBits("dInput", expected, memory.Read<float>(replaced, inputs));
            foreach (int i in (int[])[0, 1, 2, 3])
            {
                Agreement.SameBits($"result {i}", apart[i], together[i]);
            }

            memory.Verify();

            float[][] Update(Slot values, InputGradient gradient)
            {
                AdamStep step = AdamStep.At(3, 0.01);
                Slot dBias = memory.Output<float>("dBias", shape.Units);
                Slot[] wmv = [.. Enumerable.Range(0, 3).Select(_ => memory.InPlace<float>("weights and moments", w))];
                Backend.DenseBackwardUpdate(shape, test.Items, values, dOutput, gradient, dBias, step, wmv[0], wmv[1], wmv[2], memory.Scratch(bytes));
                return [memory.Read<float>(dBias, shape.Units), .. wmv.Select(slot => memory.Read<float>(slot, w.Length))];
            }
        });
    }
}
