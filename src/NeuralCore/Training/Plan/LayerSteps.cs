using System.Numerics;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>Convolution, with its bias and perhaps a ReLU in the same pass.</summary>
internal sealed class Conv2DStep<T>(
    Conv2DShape shape, Activation activation, PlanValue input, PlanValue output, Parameter weights, Parameter bias) : Step<T>(input, output)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public Conv2DShape Shape => shape;

    public Parameter Weights => weights;

    public Parameter Bias => bias;

    public Activation Activation => activation;

    public override (Conv2DShape Shape, Parameter Weights)? Prepares => (shape, weights);

    public override bool EndsInRelu => activation == Activation.Relu;

    public override string Description =>
        $"Conv2D {shape.KernelHeight}x{shape.KernelWidth}" + (activation == Activation.Relu ? " + bias + ReLU" : " + bias");

    public override long ForwardFlop => shape.Flop;

    public override IEnumerable<PlanBuffer> BackwardBuffers =>
        activation == Activation.Relu ? [Input.Data, Output.Data] : [Input.Data];

    public override long ScratchBytes(IBackend<T> backend, int items) => backend.ScratchBytes(shape, items);

    public override void Forward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch) =>
        backend.Conv2DForward(
            shape, run.Items, Input.Data.Slot, weights.Value, bias.Value, activation, Output.Data.Slot, scratch.Slot, Prepared?.Slot);

    public override void Backward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch)
    {
        OutputGradient dOutput = OutputGradient(run);
        backend.Conv2DBackwardWeights(shape, run.Items, Input.Data.Slot, dOutput, weights.Gradient, bias.Gradient, scratch.Slot);
        if (Input.Gradient is { } dInput)
        {
            backend.Conv2DBackwardInput(shape, run.Items, dOutput, weights.Value, dInput.Slot, scratch.Slot);
        }
    }
}

/// <summary>Max-pooling, which saves one byte an output where there is a backward pass.</summary>
internal sealed class MaxPool2DStep<T>(MaxPool2DShape shape, PlanValue input, PlanValue output, PlanBuffer? winners) : Step<T>(input, output)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public MaxPool2DShape Shape => shape;

    public PlanBuffer? Winners => winners;

    public override string Description => $"MaxPool2D {shape.PoolHeight}x{shape.PoolWidth}";

    public override IEnumerable<PlanBuffer> ForwardBuffers => winners is null ? [] : [winners];

    public override IEnumerable<PlanBuffer> BackwardBuffers => ForwardBuffers;

    public override void Forward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch) =>
        backend.MaxPool2DForward(shape, run.Items, Input.Data.Slot, Output.Data.Slot, winners?.Slot);

    public override void Backward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch)
    {
        if (Input.Gradient is { } dInput)
        {
            backend.MaxPool2DBackwardInput(shape, run.Items, Output.Gradient!.Slot, winners!.Slot, dInput.Slot);
        }
    }
}

/// <summary>Convolution, bias, activation and max-pooling in one pass; what fusion makes of three or four steps.</summary>
internal sealed class Conv2DMaxPoolStep<T>(
    Conv2DMaxPoolShape shape, Activation activation, PlanValue input, PlanValue output, Parameter weights, Parameter bias, PlanBuffer? winners,
    DropoutStep<T>? dropout = null)
    : Step<T>(input, output)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public Conv2DMaxPoolShape Shape => shape;

    public Activation Activation => activation;

    public Parameter Weights => weights;

    public Parameter Bias => bias;

    public PlanBuffer? Winners => winners;

    public override bool EndsInRelu => activation == Activation.Relu;

    public override DropoutStep<T>? EndsInDropout => dropout;

    public override string Description =>
        $"Conv2D {shape.Conv.KernelHeight}x{shape.Conv.KernelWidth} + bias{(activation == Activation.Relu ? " + ReLU" : string.Empty)} + pool {shape.Pool.PoolHeight}x{shape.Pool.PoolWidth}"
        + (dropout is null ? string.Empty : " + dropout");

    public override long ForwardFlop => shape.Conv.Flop;

    public override (Conv2DShape Shape, Parameter Weights)? Prepares => (shape.Conv, weights);

    public override IEnumerable<PlanBuffer> ForwardBuffers => winners is null ? [] : [winners];

    public override IEnumerable<PlanBuffer> BackwardBuffers =>
        activation == Activation.Relu ? [Input.Data, Output.Data, .. ForwardBuffers] : [Input.Data, .. ForwardBuffers];

    public override long ScratchBytes(IBackend<T> backend, int items) => backend.ScratchBytes(shape, items);

    public override void Forward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch) =>
        backend.Conv2DMaxPoolForward(
            shape, run.Items, Input.Data.Slot, weights.Value, bias.Value, activation, Output.Data.Slot, winners?.Slot, scratch.Slot,
            dropout?.Mask(run), Prepared?.Slot);

    public Conv2DMaxPoolStep<T> With(DropoutStep<T> next) => new(shape, activation, Input, next.Output, weights, bias, winners, next);

    public override void Backward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch)
    {
        OutputGradient dOutput = OutputGradient(run);
        backend.Conv2DMaxPoolBackwardWeights(
            shape, run.Items, Input.Data.Slot, dOutput, winners!.Slot, weights.Gradient, bias.Gradient, scratch.Slot);
        if (Input.Gradient is { } dInput)
        {
            backend.Conv2DMaxPoolBackwardInput(shape, run.Items, dOutput, winners!.Slot, weights.Value, dInput.Slot, scratch.Slot);
        }
    }
}

/// <summary>Two convolutions, a pooling and perhaps a dropout in one pass, for a network's first layers: what lies between is not kept.</summary>
internal sealed class ConvBlockStep<T>(
    ConvBlockShape shape, Activation activation, PlanValue input, PlanValue output, IReadOnlyList<Parameter> parameters, PlanBuffer? winners,
    DropoutStep<T>? dropout = null)
    : Step<T>(input, output)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public Activation Activation => activation;

    public override bool EndsInRelu => activation == Activation.Relu;

    public override DropoutStep<T>? EndsInDropout => dropout;

    public override string Description =>
        $"Conv2D + ReLU + Conv2D{(activation == Activation.Relu ? " + ReLU" : string.Empty)} + pool {shape.Second.Pool.PoolHeight}x{shape.Second.Pool.PoolWidth}"
        + (dropout is null ? string.Empty : " + dropout");

    public override long ForwardFlop => shape.Flop;

    public override long BackwardFlop => shape.Flop + shape.Second.Conv.Flop;

    public override (Conv2DShape Shape, Parameter Weights)? Prepares => (shape.Second.Conv, parameters[2]);

    public override IEnumerable<PlanBuffer> ForwardBuffers => winners is null ? [] : [winners];

    public override IEnumerable<PlanBuffer> BackwardBuffers =>
        activation == Activation.Relu ? [Input.Data, Output.Data, .. ForwardBuffers] : [Input.Data, .. ForwardBuffers];

    public override long ScratchBytes(IBackend<T> backend, int items) => backend.ScratchBytes(shape, items);

    public ConvBlockStep<T> With(DropoutStep<T> next) => new(shape, activation, Input, next.Output, parameters, winners, next);

    public override void Forward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch) =>
        backend.ConvBlockForward(
            shape, run.Items, Input.Data.Slot, All(p => p.Value), activation, Output.Data.Slot, winners?.Slot, scratch.Slot, dropout?.Mask(run),
            Prepared?.Slot);

    public override void Backward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch) =>
        backend.ConvBlockBackward(
            shape, run.Items, Input.Data.Slot, OutputGradient(run), winners!.Slot, All(p => p.Value), All(p => p.Gradient), scratch.Slot);

    private ConvBlockParameters All(Func<Parameter, Slot> slot) => new(slot(parameters[0]), slot(parameters[1]), slot(parameters[2]), slot(parameters[3]));
}

/// <summary>A dense layer, with its bias and perhaps a ReLU in the same pass.</summary>
internal sealed class DenseStep<T>(
    DenseShape shape, Activation activation, PlanValue input, PlanValue output, Parameter weights, Parameter bias, bool updates = false,
    Step<T>? replaced = null)
    : Step<T>(input, output)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The weights from which on it saves time to update them in backward: more than a second-level cache holds.</summary>
    public const int LeastWeightsToUpdate = 1 << 18;

    public DenseShape Shape => shape;

    public Parameter Weights => weights;

    public Parameter Bias => bias;

    public Activation Activation => activation;

    public override Parameter? Updates => updates ? weights : null;

    public override bool EndsInRelu => activation == Activation.Relu;

    public override string Description =>
        "Dense" + (activation == Activation.Relu ? " + bias + ReLU" : " + bias") + (updates ? " + Adam" : string.Empty);

    public override long ForwardFlop => shape.Flop;

    public override IEnumerable<PlanBuffer> BackwardBuffers =>
        activation == Activation.Relu ? [Input.Data, Output.Data] : [Input.Data];

    public override long ScratchBytes(IBackend<T> backend, int items) => backend.ScratchBytes(shape, items);

    public override void Forward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch) =>
        backend.DenseForward(shape, run.Items, Input.Data.Slot, weights.Value, bias.Value, activation, Output.Data.Slot, scratch.Slot);

    public DenseStep<T> UpdatingItself() => new(shape, activation, Input, Output, weights, bias, updates: true);

    /// <summary>The same layer, whose backward puts the gradient in its input's place, for the step before, which ends in a ReLU.</summary>
    public DenseStep<T> Replacing(Step<T> before)
    {
        Input.Gradient!.Replaces = Input.Data;
        return new(shape, activation, Input, Output, weights, bias, updates, before);
    }

    public override void Backward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch)
    {
        OutputGradient dOutput = OutputGradient(run);
        InputGradient? dInput = Input.Gradient is { } gradient ? new(gradient.Slot, replaced?.KeptScale(run)) : null;
        if (updates && run.Update is { } step)
        {
            backend.DenseBackwardUpdate(
                shape, run.Items, Input.Data.Slot, dOutput, dInput, bias.Gradient, step, weights.Value, weights.M, weights.V, scratch.Slot);
            return;
        }

        backend.DenseBackwardWeights(shape, run.Items, Input.Data.Slot, dOutput, weights.Gradient, bias.Gradient, scratch.Slot);
        if (dInput is { } dx)
        {
            backend.DenseBackwardInput(shape, run.Items, dOutput, weights.Value, dx, scratch.Slot);
        }
    }
}

/// <summary>A ReLU on its own.</summary>
internal sealed class ReluStep<T>(PlanValue input, PlanValue output) : Step<T>(input, output)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override string Description => "ReLU";

    public override IEnumerable<PlanBuffer> BackwardBuffers => [Output.Data];

    public override void Forward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch) =>
        backend.ReluForward(run.Items * Input.Shape.Count, Input.Data.Slot, Output.Data.Slot);

    public override void Backward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch)
    {
        if (Input.Gradient is { } dInput)
        {
            backend.ReluBackward(run.Items * Input.Shape.Count, Output.Data.Slot, Output.Gradient!.Slot, dInput.Slot);
        }
    }
}

/// <summary>Dropout: in training a masked copy, and nothing at all in an inference plan.</summary>
internal sealed class DropoutStep<T>(double rate, uint layer, PlanValue input, PlanValue output) : Step<T>(input, output)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override string Description => FormattableString.Invariant($"Dropout {rate:0.##}");

    public override void Forward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch) =>
        backend.Dropout(Mask(run), run.Items * Input.Shape.Count, Input.Data.Slot, Output.Data.Slot);

    public override void Backward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch)
    {
        if (Input.Gradient is { } dInput)
        {
            backend.Dropout(Mask(run), run.Items * Input.Shape.Count, Output.Gradient!.Slot, dInput.Slot);
        }
    }

    public DropoutMask Mask(in PlanRun run) => new(rate, run.Seed, run.Step, layer);
}

/// <summary>The network's end: softmax and, where there are labels, the loss and whether each item was right.</summary>
internal sealed class SoftmaxCrossEntropyStep<T>(PlanValue input, PlanValue output, PlanBuffer labels, PlanBuffer losses, PlanBuffer hits) : Step<T>(input, output)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override string Description => "Softmax + cross-entropy";

    public override IEnumerable<PlanBuffer> ForwardBuffers => [labels, losses, hits];

    public override IEnumerable<PlanBuffer> BackwardBuffers => [labels, Output.Data];

    public override void Forward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch)
    {
        int classes = Input.Shape.Count;
        if (run.HasLabels)
        {
            backend.SoftmaxCrossEntropyForward(run.Items, classes, Input.Data.Slot, labels.Slot, Output.Data.Slot, losses.Slot, hits.Slot);
        }
        else
        {
            backend.Softmax(run.Items, classes, Input.Data.Slot, Output.Data.Slot);
        }
    }

    public override void Backward(IBackend<T> backend, in PlanRun run, PlanBuffer scratch) =>
        backend.SoftmaxCrossEntropyBackward(run.Items, Input.Shape.Count, Output.Data.Slot, labels.Slot, Input.Gradient!.Slot);
}
