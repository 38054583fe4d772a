namespace NeuralCore.Ops;

/// <summary>The activation functions.</summary>
internal static class ActivationFunctions
{
    /// <summary>The function that an activation stands for.</summary>
    /// <exception cref="ArgumentException">It is softmax, which is no function of one number, or linear.</exception>
    public static ActivationFunction Of(Activation activation) => activation switch
    {
        Activation.Relu => Rectified(),
        Activation.Relu6 => Rectified(maximum: 6),
        Activation.LeakyRelu => Rectified(slope: 0.2),
        Activation.Sigmoid => new ActivationFunction<SigmoidFormula>(default),
        Activation.Tanh => new ActivationFunction<TanhFormula>(default),
        Activation.Elu => ExponentialLinear(1),
        Activation.Selu => new ActivationFunction<ExponentialLinearFormula>(new(1.6732632423543772, 1.0507009873554805)),
        Activation.Gelu => new ActivationFunction<GeluFormula>(default),
        Activation.GeluTanh => new ActivationFunction<GeluTanhFormula>(default),
        Activation.Silu => new ActivationFunction<SiluFormula>(default),
        Activation.Mish => new ActivationFunction<MishFormula>(default),
        Activation.Softplus => new ActivationFunction<SoftplusFormula>(default),
        Activation.Softsign => new ActivationFunction<SoftsignFormula>(default),
        Activation.Exponential => new ActivationFunction<ExponentialFormula>(default),
        Activation.LogSigmoid => new ActivationFunction<LogSigmoidFormula>(default),
        Activation.HardSigmoid => HardSigmoid(1.0 / 6, 0.5),
        Activation.HardSilu => new ActivationFunction<HardSiluFormula>(default),
        _ => throw new ArgumentException($"The activation {activation} is not a function of one number.", nameof(activation)),
    };

    /// <summary>y = maximum where x is at least that, x where it is at least the threshold, else slope (x - threshold).</summary>
    public static ActivationFunction Rectified(double maximum = double.PositiveInfinity, double slope = 0, double threshold = 0) =>
        new ActivationFunction<RectifiedLinearFormula>(new(maximum, slope, threshold));

    /// <summary>y = x where x &gt; 0, else alpha (exp(x) - 1).</summary>
    /// <param name="alpha">At least 0.</param>
    public static ActivationFunction ExponentialLinear(double alpha) => new ActivationFunction<ExponentialLinearFormula>(new(alpha, 1));

    /// <summary>y = min(max(slope x + offset, 0), 1).</summary>
    public static ActivationFunction HardSigmoid(double slope, double offset) => new ActivationFunction<HardSigmoidFormula>(new(slope, offset));
}
