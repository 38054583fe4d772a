namespace NeuralCore;

/// <summary>
/// The gradient of the loss with respect to an op's output y = activation(z), as backward passes take it. What they need is the
/// gradient with respect to z; a ReLU's derivative can be read off y, so with y beside dy they take it on the fly.
/// </summary>
/// <param name="Gradient">dy, of y's shape.</param>
/// <param name="ReluOutput">y where the activation is a ReLU: dz = dy where y is not 0, else 0. Null where it is linear: dz = dy.</param>
/// <param name="Scale">
/// Where a dropout follows the ReLU in the same op, what it multiplied those that it kept with: y is what came out of it, 0 where it
/// dropped as where the ReLU did, and dz = Scale * dy elsewhere. Only read beside <paramref name="ReluOutput"/>.
/// </param>
internal readonly record struct OutputGradient(Slot Gradient, Slot? ReluOutput = null, double Scale = 1)
{
    /// <summary>The gradient behind a linear activation.</summary>
    public static implicit operator OutputGradient(Slot gradient) => new(gradient);
}
