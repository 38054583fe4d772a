#:project ../Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// Exercise 9. A sum with the same bits on any number of threads: chunks of 1000, each added up by any thread, the chunks' sums added in order.
// Use the given number of threads (Parallel.For with MaxDegreeOfParallelism, or threads of your own).
//     dotnet run -c Release --file src/course/exercises/09-threads.cs
// The checks are in src/course/Support/Exercises/Exercise09.cs.
return Exercise09.Judge(Sum);

static float Sum(float[] x, int threads) => throw new NotImplementedException();
