using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>Dropout: in training a masked copy, else its input under another name; <see cref="DropoutReference"/> states it.</summary>
internal sealed class DropoutNode : Node
{
    private readonly double _rate;

    /// <summary>Applies a dropout.</summary>
    public DropoutNode(double rate, Value input)
        : base([input])
    {
        _rate = rate;
        NewOutput("dropout", input.Shape);
    }

    public override string Description => $"Dropout {_rate:0.##}";

    public override Node Drawn => this;

    /// <summary>What those that are kept are multiplied with.</summary>
    public double Scale => new DropoutMask(_rate, 0, 0, 0).Scale;

    public override IEnumerable<Value> ReadBackward => [];

    public override bool IsAlias(bool training) => !training || _rate == 0;

    /// <summary>The mask of a training step.</summary>
    public DropoutMask Mask<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T> => new(_rate, run.Run.Seed, run.Run.Step, run.Draw) { First = (long)run.Run.FirstItem * Input.Shape.Count };

    public override void Forward<T>(in NodeRun<T> run) => run.Backend.Dropout(Mask(run), run.Items * Input.Shape.Count, run.Input, run.Output);

    public override void Backward<T>(in NodeRun<T> run) =>
        run.Backend.Dropout(Mask(run), run.Items * Input.Shape.Count, run.OutputGradient, run.InputGradient!.Value);
}
