namespace NeuralCore;

/// <summary>
/// One step of stochastic gradient descent, as Keras computes it:
/// <code>
/// without momentum:  p = p - learningRate * g
/// with momentum:     v = momentum * v - learningRate * g,    p = p + v
/// Nesterov's:        v = momentum * v - learningRate * g,    p = p + momentum * v - learningRate * g
/// </code>
/// PyTorch leaves the learning rate out of v and multiplies by it when v is added: the same as long as the learning rate stays the same. Nesterov's
/// form is that of Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013. What is kept is set to zero where it
/// is subnormal, for the reason that <see cref="AdamStep"/> gives.
/// </summary>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="Momentum">How much of the last step is taken again; 0 where nothing is kept.</param>
/// <param name="IsNesterov">Whether the gradient counts as if the momentum's part of the step had been taken already.</param>
internal readonly record struct SgdStep(double LearningRate, double Momentum = 0, bool IsNesterov = false);
