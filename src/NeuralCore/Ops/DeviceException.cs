using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// The device that a backend computes on cannot be had, has no room, or failed. The message is a sentence for the user that names the
/// device and says what can be done; the model file on disk is what it was.
/// </summary>
public sealed class DeviceException : Exception
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="message">A sentence for the user.</param>
    /// <param name="cause">What the device's driver said, if it did.</param>
    public DeviceException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
