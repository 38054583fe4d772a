#:project ../Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// Exercise 3. The gradient of a dense layer's weights: dw[k, j] = sum over i of x[i, k] dy[i, j].
// x is items x inputs, dy is items x units, the result inputs x units, all stored row by row.
//     dotnet run -c Release --file src/course/exercises/03-tensors.cs
// The checks are in src/course/Support/Exercises/Exercise03.cs.
return Exercise03.Judge(WeightGradient);

static double[] WeightGradient(double[] x, double[] dy, int items, int inputs, int units) => throw new NotImplementedException();
