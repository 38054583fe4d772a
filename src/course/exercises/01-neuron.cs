#:project ../Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// Exercise 1. The gradient of a neuron with tanh: y = tanh(w x + b), loss = 1/n sum over items of (y - t)^2.
// Give the derivatives of the loss by w and by b.
//     dotnet run -c Release --file src/course/exercises/01-neuron.cs
// The checks are in src/course/Support/Exercises/Exercise01.cs.
return Exercise01.Judge(Gradient);

static (double DW, double DB) Gradient(double[] x, double[] t, double w, double b) => throw new NotImplementedException();
