namespace NeuralCore.Ops;

/// <summary>The sum of values of one shape; <see cref="AddReference"/> states it.</summary>
internal sealed class AddNode : Node
{
    /// <summary>Adds values.</summary>
    /// <param name="terms">At least two, of equal shapes.</param>
    public AddNode(IReadOnlyList<Value> terms)
        : base(terms) => NewOutput("add", terms[0].Shape);

    public override string Description => "Add";

    public override IEnumerable<Value> ReadBackward => [];

    public override bool HandsGradientOn => true;

    public override void Forward<T>(in NodeRun<T> run) => run.Backend.Add(run.Items * Input.Shape.Count, run.Memory.Inputs, run.Output);

    public override void Backward<T>(in NodeRun<T> run)
    {
        for (int k = 0; k < Inputs.Count; k++)
        {
            if (run.InputGradientAt(k) is { } dInput && dInput != run.OutputGradient)
            {
                run.Backend.Copy(run.Items * Input.Shape.Count, run.OutputGradient, dInput);
            }
        }
    }
}
