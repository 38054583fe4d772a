using NeuralCore.Ops;

namespace NeuralCore.Benchmarks.Cases;

/// <summary>Every op of the seed network in every direction, at the sizes it has there with a batch of 128, and then those of other networks.</summary>
internal static partial class OpCatalogue
{
    public const int Batch = 128;
    private const int Classes = 10;
    private const int ParameterCount = 2_380_938;

    /// <summary>All cases, in the order of the network.</summary>
    public static IReadOnlyList<OpCase> All { get; } =
    [
        .. Conv2D("conv 28x28x1 -> 26x26x32", new Conv2DShape(28, 28, 1, 32, 3, 3)),
        .. Conv2D("conv 26x26x32 -> 24x24x64", new Conv2DShape(26, 26, 32, 64, 3, 3)),
        .. Conv2DMaxPool(
            "conv + pool 26x26x32 -> 12x12",
            new Conv2DMaxPoolShape(new Conv2DShape(26, 26, 32, 64, 3, 3), new MaxPool2DShape(24, 24, 64, 2, 2, 2, 2))),
        .. MaxPool2D("max-pool 24x24x64 -> 12x12x64", new MaxPool2DShape(24, 24, 64, 2, 2, 2, 2)),
        .. Dense("dense 9216 -> 256", new DenseShape(9216, 256)),
        .. Relu("relu 24x24x64", Batch * 24 * 24 * 64),
        Dropout("dropout 0.25 of 9216", Batch * 9216),
        .. SoftmaxCrossEntropy("softmax cross-entropy of 10"),
        Adam("Adam 2,380,938"),
        .. OfOtherNetworks(),
    ];

    /// <summary>The case of a name.</summary>
    public static OpCase Find(string name) => All.Single(c => c.Name == name);

    /// <summary>A dense layer of n to n units, and a 3x3 convolution of n to n channels at 14x14, up to 512 channels: larger ones take gigabytes.</summary>
    /// <param name="size">n.</param>
    /// <param name="batch">The items.</param>
    public static IEnumerable<(string Name, int Size, OpCase Op)> OfSize(int size, int batch)
    {
        const int LargestConvolution = 512;
        return Dense("dense", new DenseShape(size, size), batch)
            .Concat(size <= LargestConvolution ? Conv2D("conv 3x3", new Conv2DShape(14, 14, size, size, 3, 3), batch) : [])
            .Where(op => op.Direction is "forward" or "backward weights" && op.Flop > 0)
            .Select(op => (op.Name, size, op));
    }

    /// <summary>A convolution forward, and both of its gradients.</summary>
    public static IEnumerable<OpCase> Conv2D(string op, Conv2DShape shape, int batch = Batch)
    {
        double flop = (double)batch * shape.Flop;
        yield return new OpCase(op, "forward", flop, 0, memory =>
        {
            Slot x = memory.Values(batch * shape.InputCount), w = memory.Values(shape.WeightCount), bias = memory.Values(shape.Filters);
            Slot y = memory.Room(batch * shape.OutputCount), scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, batch));
            return () => memory.Backend.Conv2DForward(shape, batch, x, new(w, bias), Activation.Relu, y, scratch);
        });
        yield return new OpCase(op, "backward input", flop, 0, memory =>
        {
            Slot dy = memory.Values(batch * shape.OutputCount), w = memory.Values(shape.WeightCount);
            Slot dx = memory.Room(batch * shape.InputCount), scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, batch));
            return () => memory.Backend.Conv2DBackwardInput(shape, batch, dy, w, dx, scratch);
        });
        yield return new OpCase(op, "backward weights", flop, 0, memory =>
        {
            Slot x = memory.Values(batch * shape.InputCount), dy = memory.Values(batch * shape.OutputCount);
            Slot dw = memory.Room(shape.WeightCount), dBias = memory.Room(shape.Filters);
            Slot scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, batch));
            return () => memory.Backend.Conv2DBackwardWeights(shape, batch, x, dy, dw, dBias, scratch);
        });
    }

    /// <summary>Its backward passes get gradients as they are in training: zero behind a dead ReLU, and where a dropout of 0.25 dropped.</summary>
    private static IEnumerable<OpCase> Conv2DMaxPool(string op, Conv2DMaxPoolShape shape)
    {
        double flop = (double)Batch * shape.Conv.Flop;
        int outputs = Batch * shape.OutputCount;
        yield return new OpCase(op, "forward", flop, 0, memory =>
        {
            Slot scratch = memory.Bytes(Fused(memory).ScratchBytes(shape, Batch));
            return Forward(memory, memory.Values(Batch * shape.Conv.InputCount), memory.Room(outputs), memory.Bytes(outputs), scratch);
        });
        yield return new OpCase(op, "backward input", flop, 0, memory =>
        {
            Slot scratch = memory.Bytes(Fused(memory).ScratchBytes(shape, Batch)), winners = memory.Bytes(outputs);
            Slot dy = Gradient(memory, memory.Values(Batch * shape.Conv.InputCount), winners, scratch);
            Slot w = memory.Values(shape.Conv.WeightCount), dx = memory.Room(Batch * shape.Conv.InputCount);
            return () => Fused(memory).Conv2DMaxPoolBackwardInput(shape, Batch, dy, winners, w, dx, scratch);
        });
        yield return new OpCase(op, "backward weights", flop, 0, memory =>
        {
            Slot scratch = memory.Bytes(Fused(memory).ScratchBytes(shape, Batch)), winners = memory.Bytes(outputs);
            Slot x = memory.Values(Batch * shape.Conv.InputCount), dy = Gradient(memory, x, winners, scratch);
            Slot dw = memory.Room(shape.Conv.WeightCount), dBias = memory.Room(shape.Conv.Filters);
            return () => Fused(memory).Conv2DMaxPoolBackwardWeights(shape, Batch, x, dy, winners, dw, dBias, scratch);
        });

        Action Forward(OpMemory memory, Slot x, Slot y, Slot winners, Slot scratch)
        {
            Slot w = memory.Values(shape.Conv.WeightCount), bias = memory.Values(shape.Conv.Filters);
            return () => Fused(memory).Conv2DMaxPoolForward(shape, Batch, x, new(w, bias), Activation.Relu, new(y, winners), scratch);
        }

        Slot Gradient(OpMemory memory, Slot x, Slot winners, Slot scratch)
        {
            Slot y = memory.Room(outputs), dy = memory.Values(outputs);
            Forward(memory, x, y, winners, scratch)();
            memory.Backend.ReluBackward(outputs, y, dy, dy);
            memory.Backend.Dropout(new DropoutMask(0.25, seed: 1, step: 1, layer: 0), outputs, dy, dy);
            return dy;
        }
    }

    private static IFusedConv2DMaxPool Fused(OpMemory memory) => (IFusedConv2DMaxPool)memory.Backend;

    private static IEnumerable<OpCase> Dense(string op, DenseShape shape, int batch = Batch)
    {
        double flop = (double)batch * shape.Flop;
        yield return new OpCase(op, "forward", flop, 0, memory =>
        {
            Slot x = memory.Values(batch * shape.Inputs), w = memory.Values(shape.WeightCount), bias = memory.Values(shape.Units);
            Slot y = memory.Room(batch * shape.Units), scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, batch));
            return () => memory.Backend.DenseForward(shape, batch, x, w, bias, Activation.Relu, y, scratch);
        });
        yield return new OpCase(op, "backward input", flop, 0, memory =>
        {
            Slot dy = memory.Values(batch * shape.Units), w = memory.Values(shape.WeightCount);
            Slot dx = memory.Room(batch * shape.Inputs), scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, batch));
            return () => memory.Backend.DenseBackwardInput(shape, batch, dy, w, dx, scratch);
        });
        yield return new OpCase(op, "backward weights", flop, 0, memory =>
        {
            Slot x = memory.Values(batch * shape.Inputs), dy = memory.Values(batch * shape.Units);
            Slot dw = memory.Room(shape.WeightCount), dBias = memory.Room(shape.Units);
            Slot scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, batch));
            return () => memory.Backend.DenseBackwardWeights(shape, batch, x, dy, dw, dBias, scratch);
        });
    }

    private static IEnumerable<OpCase> MaxPool2D(string op, MaxPool2DShape shape)
    {
        int inputs = Batch * shape.InputCount, outputs = Batch * shape.OutputCount;
        double bytes = ((inputs + outputs) * (double)sizeof(float)) + outputs;
        yield return new OpCase(op, "forward", 0, bytes, memory =>
        {
            Slot x = memory.Values(inputs), y = memory.Room(outputs), winners = memory.Bytes(outputs);
            return () => memory.Backend.MaxPool2DForward(shape, Batch, x, y, winners);
        });
        yield return new OpCase(op, "backward input", 0, bytes, memory =>
        {
            // Winners as they come: with all of them 0, branches would be foreseen that in training are not.
            Slot winners = memory.Bytes(outputs);
            memory.Backend.MaxPool2DForward(shape, Batch, memory.Values(inputs), memory.Room(outputs), winners);
            Slot dy = memory.Values(outputs), dx = memory.Room(inputs);
            return () => memory.Backend.MaxPool2DBackwardInput(shape, Batch, dy, winners, dx);
        });
    }

    private static IEnumerable<OpCase> Relu(string op, int count)
    {
        yield return new OpCase(op, "forward", 0, 2.0 * count * sizeof(float), memory =>
        {
            Slot x = memory.Values(count), y = memory.Room(count);
            return () => memory.Backend.ReluForward(count, x, y);
        });
        yield return new OpCase(op, "backward", 0, 3.0 * count * sizeof(float), memory =>
        {
            Slot y = memory.Room(count), dy = memory.Values(count), dx = memory.Room(count);
            memory.Backend.ReluForward(count, memory.Values(count), y);
            return () => memory.Backend.ReluBackward(count, y, dy, dx);
        });
    }

    private static OpCase Dropout(string op, int count) =>
        new(op, "either way", 0, 2.0 * count * sizeof(float), memory =>
        {
            Slot x = memory.Values(count), y = memory.Room(count);
            var mask = new DropoutMask(0.25, seed: 1, step: 1, layer: 0);
            return () => memory.Backend.Dropout(mask, count, x, y);
        });

    private static IEnumerable<OpCase> SoftmaxCrossEntropy(string op)
    {
        int count = Batch * Classes;
        yield return new OpCase(op, "forward", 0, (2.0 * count * sizeof(float)) + (3.0 * Batch * sizeof(float)), memory =>
        {
            Slot logits = memory.Values(count), labels = memory.Labels(Batch, Classes);
            Slot probabilities = memory.Room(count), losses = memory.Room(Batch), hits = memory.Room(Batch);
            return () => memory.Backend.SoftmaxCrossEntropyForward(new CrossEntropyShape(Classes), Batch, logits, labels, probabilities, losses, hits);
        });
        yield return new OpCase(op, "backward", 0, (2.0 * count * sizeof(float)) + (Batch * sizeof(int)), memory =>
        {
            Slot labels = memory.Labels(Batch, Classes), probabilities = memory.Room(count), dLogits = memory.Room(count);
            memory.Backend.Softmax(Batch, Classes, memory.Values(count), probabilities);
            return () => memory.Backend.SoftmaxCrossEntropyBackward(new CrossEntropyShape(Classes), Batch, probabilities, labels, dLogits);
        });
    }

    /// <summary>Reads p, g, m and v, and writes p, m and v.</summary>
    private static OpCase Adam(string op) =>
        new(op, "step", 0, 7.0 * ParameterCount * sizeof(float), memory =>
        {
            Slot p = memory.Values(ParameterCount), g = memory.Values(ParameterCount);
            Slot m = memory.Room(ParameterCount), v = memory.Room(ParameterCount);
            var rule = new AdamRule { Step = AdamStep.At(1000, learningRate: 0.001) };
            return () => memory.Backend.Update(rule, ParameterCount, p, g, new StateSlots(m, v));
        });
}
