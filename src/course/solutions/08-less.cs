#:project ../Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// A solution of exercise 8. Winograd's F(2, 3): two outputs y0 = d0 g0 + d1 g1 + d2 g2 and y1 = d1 g0 + d2 g1 + d3 g2 by four multiplications instead of six.
// m0 = (d0 - d2) g0, m1 = (d1 + d2) (g0 + g1 + g2) / 2, m2 = (d2 - d1) (g0 - g1 + g2) / 2, m3 = (d1 - d3) g2: find y0 and y1 from them.
// A Counted counts its multiplications; Half() is not counted, since it is applied to the weights alone, once for all inputs.
//     dotnet run -c Release --file src/course/solutions/08-less.cs
// The checks are in src/course/Support/Exercises/Exercise08.cs.
return Exercise08.Judge(TwoOutputs);

static (Counted Y0, Counted Y1) TwoOutputs(Counted[] d, Counted[] g)
{
    Counted m0 = (d[0] - d[2]) * g[0];
    Counted m1 = (d[1] + d[2]) * (g[0] + g[1] + g[2]).Half();
    Counted m2 = (d[2] - d[1]) * (g[0] - g[1] + g[2]).Half();
    Counted m3 = (d[1] - d[3]) * g[2];
    return (m0 + m1 + m2, m1 - m2 - m3);
}
