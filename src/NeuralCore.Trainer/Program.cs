using NeuralCore.Trainer;

using var interruption = new Interruption();
return App.Run(args, Terminal.OfThisProcess(), interruption.Token);
