namespace NeuralCore.Ops;

/// <summary>Layer normalization over the last axis; <see cref="LayerNormReference"/> states it.</summary>
internal sealed class LayerNormNode : Node
{
    private readonly LayerNormShape _shape;
    private readonly int _gamma;
    private readonly int _beta;

    /// <summary>Applies a normalization.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="input">Anything with a last axis.</param>
    /// <param name="gamma">The factors, if there are any.</param>
    /// <param name="beta">The offsets, if there are any.</param>
    public LayerNormNode(LayerNormShape shape, Value input, Weight? gamma, Weight? beta)
        : base([input], [.. new[] { gamma, beta }.OfType<Weight>()])
    {
        _shape = shape;
        (_gamma, _beta) = (gamma is null ? -1 : 0, beta is null ? -1 : gamma is null ? 0 : 1);
        NewOutput("layer_normalization", input.Shape);
    }

    public override string Description => "LayerNorm";

    public override long ScratchBytes<T>(IBackend<T> backend, int items) => backend.ScratchBytes(_shape, items);

    public override void Forward<T>(in NodeRun<T> run) =>
        run.Backend.LayerNormForward(
            _shape, run.Items, run.Input, _gamma < 0 ? null : run.WeightAt(_gamma).Values, _beta < 0 ? null : run.WeightAt(_beta).Values, run.Output);

    public override void Backward<T>(in NodeRun<T> run)
    {
        Slot? dGamma = _gamma < 0 ? null : run.WeightAt(_gamma).Gradient, dBeta = _beta < 0 ? null : run.WeightAt(_beta).Gradient;
        if (dGamma is not null || dBeta is not null)
        {
            run.Backend.LayerNormBackwardWeights(_shape, run.Items, run.Input, run.OutputGradient, dGamma, dBeta, run.Scratch);
        }

        if (run.InputGradient is { } dInput)
        {
            run.Backend.LayerNormBackwardInput(_shape, run.Items, run.Input, _gamma < 0 ? null : run.WeightAt(_gamma).Values, run.OutputGradient, dInput);
        }
    }
}
