using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>The derivative of a ReLU, taken on the fly by the backward passes of the op before it.</content>
public abstract partial class BackendContract
{
    [SkippableFact]
    public void Convolution_takes_the_derivative_of_its_relu_like_the_op_of_its_own() =>
        ForAll(40, ShapeCases.Convolutions, test =>
        {
            Conv2DShape shape = test.Shape;
            using var memory = new GuardedMemory<float>(Backend);
            Slot input = memory.Input<float>("input", TestValues.Reals(test.Images * shape.InputCount, test.Seed));
            Slot weights = memory.Input<float>("weights", TestValues.Reals(shape.WeightCount, test.Seed + 1));
            long scratch = Backend.ScratchBytes(shape, test.Images);
            OnTheFlyEqualsAlone(memory, test.Images * shape.OutputCount, test.Seed, dOutput =>
            {
                Slot dInput = memory.Output<float>("dInput", test.Images * shape.InputCount);
                Slot dWeights = memory.Output<float>("dWeights", shape.WeightCount), dBias = memory.Output<float>("dBias", shape.Filters);
                Backend.Conv2DBackwardInput(shape, test.Images, dOutput, weights, dInput, memory.Scratch(scratch));
                Backend.Conv2DBackwardWeights(shape, test.Images, input, dOutput, dWeights, dBias, memory.Scratch(scratch));
                return
                [
                    memory.Read<float>(dInput, test.Images * shape.InputCount),
                    memory.Read<float>(dWeights, shape.WeightCount),
                    memory.Read<float>(dBias, shape.Filters),
                ];
            });
        });

    [SkippableFact]
    public void Dense_takes_the_derivative_of_its_relu_like_the_op_of_its_own() =>
        ForAll(40, ShapeCases.DenseLayers, test =>
        {
            DenseShape shape = test.Shape;
            using var memory = new GuardedMemory<float>(Backend);
            Slot input = memory.Input<float>("input", TestValues.Reals(test.Items * shape.Inputs, test.Seed));
            Slot weights = memory.Input<float>("weights", TestValues.Reals(shape.WeightCount, test.Seed + 1));
            long scratch = Backend.ScratchBytes(shape, test.Items);
            OnTheFlyEqualsAlone(memory, test.Items * shape.Units, test.Seed, dOutput =>
            {
                Slot dInput = memory.Output<float>("dInput", test.Items * shape.Inputs);
                Slot dWeights = memory.Output<float>("dWeights", shape.WeightCount), dBias = memory.Output<float>("dBias", shape.Units);
                Backend.DenseBackwardInput(shape, test.Items, dOutput, weights, dInput, memory.Scratch(scratch));
                Backend.DenseBackwardWeights(shape, test.Items, input, dOutput, dWeights, dBias, memory.Scratch(scratch));
                return
                [
                    memory.Read<float>(dInput, test.Items * shape.Inputs),
                    memory.Read<float>(dWeights, shape.WeightCount),
                    memory.Read<float>(dBias, shape.Units),
                ];
            });
        });

    /// <summary>Runs the backward passes with dy and y, and with what the textbook ReLU makes of the two: the bits have to be the same.</summary>
    private static void OnTheFlyEqualsAlone(GuardedMemory<float> memory, int outputs, int seed, Func<OutputGradient, float[][]> backward)
    {
        // Whole numbers, so that exact zeros are among them; and what no ReLU gives but the rule speaks of, too.
        float[] y = TestValues.Integers(outputs, seed + 2);
        y[outputs / 2] = float.NaN;
        float[] dy = TestValues.Reals(outputs, seed + 3);
        var dz = new float[outputs];
        ReluReference.Backward<float>(y, dy, dz);
        float[][] expected = backward(memory.Input<float>("dz", dz));
        float[][] actual = backward(new OutputGradient(memory.Input<float>("dy", dy), memory.Input<float>("y", y)));
        memory.Verify();
        Agreement.SameBits("dInput", expected[0], actual[0]);
        Agreement.SameBits("dWeights", expected[1], actual[1]);
        Agreement.SameBits("dBias", expected[2], actual[2]);
    }
}
