#:project ../Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// A solution of exercise 1. The gradient of a neuron with tanh: y = tanh(w x + b), loss = 1/n sum over items of (y - t)^2.
// Give the derivatives of the loss by w and by b.
//     dotnet run -c Release --file src/course/solutions/01-neuron.cs
// The checks are in src/course/Support/Exercises/Exercise01.cs.
return Exercise01.Judge(Gradient);

static (double DW, double DB) Gradient(double[] x, double[] t, double w, double b)
{
    double dw = 0, db = 0;
    for (int i = 0; i < x.Length; i++)
    {
        double y = Math.Tanh((w * x[i]) + b);
        double dz = 2 * (y - t[i]) / x.Length * (1 - (y * y));
        dw += dz * x[i];
        db += dz;
    }

    return (dw, db);
}
