using NeuralCore.Ops;

namespace NeuralCore.Tests.Ops;

/// <summary>The contract, on the textbook loops themselves: what holds the tests' own bounds to account.</summary>
public sealed class ReferenceBackendTests : BackendContract
{
    /// <inheritdoc/>
    protected override IBackend<float> CreateBackend() => new ReferenceBackend<float>();
}
