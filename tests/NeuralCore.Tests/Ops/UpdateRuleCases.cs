using NeuralCore.Ops;

namespace NeuralCore.Tests.Ops;

/// <summary>A step of each optimiser in each of its forms.</summary>
internal static class UpdateRuleCases
{
    private static readonly Regularization Some = new(Clip: 1.5, L2: 0.01, Shrinkage: 0.002);

    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["sgd", "momentum", "nesterov", "adam", "rmsprop", "rmsprop-momentum", "rmsprop-centered", "rmsprop-both", "rmsprop-torch"];

    /// <summary>Makes a rule; with a number that differs from its neighbours' in each place.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="regularized">Whether gradients are clipped and weights decay.</param>
    public static UpdateRule Rule(string name, bool regularized = false)
    {
        UpdateRule rule = name switch
        {
            "sgd" => new SgdRule { Step = new SgdStep(0.03) },
            "momentum" => new SgdRule { Step = new SgdStep(0.03, 0.9) },
            "nesterov" => new SgdRule { Step = new SgdStep(0.03, 0.9, IsNesterov: true) },
            "adam" => new AdamRule { Step = AdamStep.At(3, 0.01) },
            "rmsprop" => new RmsPropRule { Step = new RmsPropStep(0.01, 0.9, 0, 1e-7) },
            "rmsprop-momentum" => new RmsPropRule { Step = new RmsPropStep(0.01, 0.9, 0.8, 1e-7) },
            "rmsprop-centered" => new RmsPropRule { Step = new RmsPropStep(0.01, 0.9, 0, 1e-7, IsCentered: true) },
            "rmsprop-both" => new RmsPropRule { Step = new RmsPropStep(0.01, 0.9, 0.8, 1e-7, IsCentered: true) },
            "rmsprop-torch" => new RmsPropRule { Step = new RmsPropStep(0.01, 0.9, 0.8, 1e-8, EpsilonRule.PyTorch) },
            _ => throw new ArgumentException(name),
        };
        return regularized ? new RegularizedRule(rule) { Regularization = Some } : rule;
    }
}
