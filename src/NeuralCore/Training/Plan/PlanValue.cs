
namespace NeuralCore;

/// <summary>
/// A tensor that flows from one step to another: N items of one shape and, in training, the gradient of the loss with
/// respect to them.
/// </summary>
internal sealed record PlanValue(string Name, Shape Shape, PlanBuffer Data, PlanBuffer? Gradient)
{
    /// <summary>The same memory under another shape; what Flatten is.</summary>
    public PlanValue Reshape(Shape shape) => this with { Shape = shape };
}
