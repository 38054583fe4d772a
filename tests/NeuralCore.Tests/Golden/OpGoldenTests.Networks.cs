using Xunit;

namespace NeuralCore.Tests.Golden;

/// <content>Small networks with branches.</content>
public abstract partial class OpGoldenTests
{
    /// <summary>How many times as much rounding training may have as with kernels, which sum at most 256 rows in single precision.</summary>
    protected virtual double Slack => 1;

    /// <summary>What a tape or a model takes is its own to dispose of, so each has a backend to itself.</summary>
    [SkippableFact]
    public void Gradients_of_a_network_with_a_shared_layer() => SharedNetwork.CheckGradients(CreateBackend());

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_of_a_network_with_a_shared_layer(bool fuse) => SharedNetwork.CheckTraining(CreateBackend(), fuse);

    [SkippableFact]
    public void Training_of_a_residual_network() => ResidualNetwork.CheckTraining(CreateBackend(), Slack);

    [SkippableFact]
    public void Prediction_of_a_residual_network() => ResidualNetwork.CheckPrediction(CreateBackend());
}
