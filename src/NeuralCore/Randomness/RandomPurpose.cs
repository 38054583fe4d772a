namespace NeuralCore.Randomness;

/// <summary>What random numbers are drawn for. No two purposes ever share a number.</summary>
/// <remarks>
/// This is the one place that says how the generator's input is used. Philox maps 64 bits of key and 128 bits of counter
/// to 128 random bits. The key is the user's seed, its low 32 bits first. The counter is (index, a, b, purpose):
/// <list type="table">
/// <listheader><term>purpose</term><description>index; a; b</description></listheader>
/// <item><term><see cref="Initialisation"/></term><description>block within the parameter; number of the parameter; 0</description></item>
/// <item><term><see cref="Shuffle"/></term><description>block within the permutation; epoch; 0, or 1 for the order of slices that are each trained as an epoch</description></item>
/// <item><term><see cref="Dropout"/></term><description>block within the mask; training step; number of the dropout layer</description></item>
/// <item><term><see cref="Augmentation"/></term><description>block within the image; epoch; number of the image</description></item>
/// <item><term><see cref="Split"/></term><description>block within the class's shuffle; class; 0</description></item>
/// </list>
/// So a number depends on what it is for and on nothing else: not on the threads, the backend, or what was drawn before,
/// and a run resumed at step s draws what the uninterrupted run drew there.
/// </remarks>
public enum RandomPurpose : uint
{
    /// <summary>The first values of weights.</summary>
    Initialisation,

    /// <summary>The order of the training images in an epoch.</summary>
    Shuffle,

    /// <summary>Which activations are dropped in a training step.</summary>
    Dropout,

    /// <summary>How a training image is changed in an epoch.</summary>
    Augmentation,

    /// <summary>Which items of a class are held out.</summary>
    Split,
}
