using NeuralCore.Imaging.Tests.Drawing;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
using Xunit;

namespace NeuralCore.Imaging.Tests.Segmentation;

/// <summary>Grids of cells, drawn and photographed by the tests.</summary>
public sealed class GridTests(SmallReader reader) : IClassFixture<SmallReader>
{
    /// <summary>The small network reads nine in ten of these pens' digits; cells have to be right without exception.</summary>
    private const double LeastRight = 0.8;

    private const double Cell = 60;

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(40, 0.08, false)]
    [InlineData(20, 0.05, true)]
    public void A_sudoku_is_read_cell_by_cell(double margin, double askew, bool isBent)
    {
        (int right, int digits) = (0, 0);
        for (int seed = 0; seed < 3; seed++)
        {
            int?[,] cells = Digits(9, 9, new Random(seed), filled: 0.7);
            ColourImage photo = Photo(Grid(cells, seed, isBent), margin, askew, seed);
            SheetReading reading = SheetReader.Read(photo, reader.Model);
            Assert.Equal(new GridSize(9, 9), reading.Grid);
            AssertCells(cells, reading);
            right += Enumerable.Range(0, 81).Count(i => cells[i / 9, i % 9] is { } digit && reading.Lines[i / 9][i % 9] == '0' + digit);
            digits += Enumerable.Range(0, 81).Count(i => cells[i / 9, i % 9] is not null);
        }

        Assert.True(right >= LeastRight * digits, $"{right} of {digits} digits are right.");
    }

    [Fact]
    public void A_grid_of_another_size_is_read_where_it_is_asked_for()
    {
        int?[,] cells = Digits(4, 6, new Random(1), filled: 0.6);
        ColourImage photo = Photo(Grid(cells, 1, isBent: false), 30, 0.05, 1);
        SheetReading reading = SheetReader.ReadGrid(photo, reader.Model)!;
        Assert.Equal(new GridSize(4, 6), reading.Grid);
        AssertCells(cells, reading);
        Assert.Null(SheetReader.Read(photo, reader.Model).Grid);
    }

    [Fact]
    public void An_empty_sudoku_has_no_digits()
    {
        SheetReading reading = SheetReader.Read(Photo(Grid(new int?[9, 9], 1, isBent: false), 30, 0.04, 1), reader.Model);
        Assert.Equal(new GridSize(9, 9), reading.Grid);
        Assert.Empty(reading.Digits);
        Assert.All(reading.Lines, line => Assert.Equal(new string(SheetReading.Empty, 9), line));
    }

    [Fact]
    public void Boxes_lie_in_their_cells()
    {
        int?[,] cells = Digits(9, 9, new Random(2), filled: 1);
        Sheet sheet = Grid(cells, 2, isBent: false);
        SheetReading reading = SheetReader.Read(Photo(sheet, 0, 0, 2), reader.Model);
        Assert.Equal(81, reading.Digits.Count);
        Assert.All(reading.Digits, digit =>
        {
            (double x, double y) = (Left + ((digit.Column!.Value + 0.5) * Cell), Top + ((digit.Line + 0.5) * Cell));
            Assert.InRange(digit.Box.X + (digit.Box.Width / 2.0), x - (Cell / 4), x + (Cell / 4));
            Assert.InRange(digit.Box.Y + (digit.Box.Height / 2.0), y - (Cell / 4), y + (Cell / 4));
        });
    }

    [Fact]
    public void Squared_paper_is_no_sudoku()
    {
        var sheet = new Sheet(700, 700, 240);
        for (int i = 0; i <= 24; i++)
        {
            sheet.Stroke([(50, 50 + (i * 25)), (650, 50 + (i * 25))], 1.5, 150).Stroke([(50 + (i * 25), 50), (50 + (i * 25), 650)], 1.5, 150);
        }

        sheet.Write(Glyph.Styles(2)[0], 200, 250, 60, 6, 20).Write(Glyph.Styles(5)[0], 260, 250, 60, 6, 20);
        SheetReading reading = SheetReader.Read(Photo(sheet, 0, 0, 1), reader.Model);
        Assert.Null(reading.Grid);
        Assert.Equal(2, Assert.Single(reading.Lines).Length);
    }

    [Fact]
    public void Where_there_is_no_grid_none_is_found()
    {
        Assert.Null(SheetReader.ReadGrid(new Sheet(200, 200, 240).Frame(40, 40, 120, 120, 3, 0, 20).Write(Glyph.Styles(8)[0], 80, 60, 80, 6, 20).Scan(), reader.Model));
        Assert.Null(SheetReader.ReadGrid(new Sheet(200, 200, 240).Scan(), reader.Model));
        Assert.Null(SheetReader.ReadGrid(new Sheet(1, 1, 240).Scan(), reader.Model));
    }

    private const double Left = 50;
    private const double Top = 140;

    private static ColourImage Photo(Sheet sheet, double margin, double askew, int seed)
    {
        var camera = new Camera(sheet.Width, sheet.Height) { Table = [90, 70, 50], Light = (x, y) => 1 - (0.35 * x * y) };
        return (margin > 0 ? camera.Around(margin, askew) : camera).Photograph(sheet, seed);
    }

    private static int?[,] Digits(int rows, int columns, Random random, double filled)
    {
        var cells = new int?[rows, columns];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i / columns, i % columns] = random.NextDouble() < filled ? random.Next(1, 10) : null;
        }

        return cells;
    }

    /// <summary>A grid with a heading of digits, printed in black and filled in with blue; bent, its lines sag by a sixth of a cell.</summary>
    private static Sheet Grid(int?[,] cells, int seed, bool isBent)
    {
        var random = new Random(seed);
        (int rows, int columns) = (cells.GetLength(0), cells.GetLength(1));
        var sheet = new Sheet((int)((columns * Cell) + 100), (int)((rows * Cell) + 220), 232, 230, 224);
        (double X, double Y) At(double column, double row) =>
            (Left + (column * Cell) + (isBent ? Cell / 6 * Math.Sin(Math.PI * row / rows) : 0), Top + (row * Cell) + (isBent ? Cell / 6 * Math.Sin(Math.PI * column / columns) : 0));
        for (int i = 0; i < 4; i++)
        {
            sheet.Write(Glyph.Styles(2 + i)[0], 60 + (i * 45), 30, 56, 8, 30);
        }

        for (int i = 0; i <= rows; i++)
        {
            sheet.Stroke([.. Enumerable.Range(0, 41).Select(t => At(columns * t / 40.0, i))], i % 3 == 0 ? 4 : 1.5, 40);
        }

        for (int i = 0; i <= columns; i++)
        {
            sheet.Stroke([.. Enumerable.Range(0, 41).Select(t => At(i, rows * t / 40.0))], i % 3 == 0 ? 4 : 1.5, 40);
        }

        for (int i = 0; i < cells.Length; i++)
        {
            (int row, int column) = (i / columns, i % columns);
            if (cells[row, column] is { } digit)
            {
                (double x, double y) = At(column + 0.5, row + 0.5);
                double height = Cell * (0.6 + (0.15 * random.NextDouble()));
                double[] ink = random.Next(2) == 0 ? [30, 30, 30] : [60, 70, 170];
                sheet.Write(Glyph.Styles(digit)[0].Written(random), x - (0.3 * height), y - (0.5 * height), height, 4.5, ink);
            }
        }

        return sheet;
    }

    private static void AssertCells(int?[,] cells, SheetReading reading)
    {
        Assert.Equal(cells.GetLength(0), reading.Lines.Count);
        for (int i = 0; i < cells.Length; i++)
        {
            (int row, int column) = (i / cells.GetLength(1), i % cells.GetLength(1));
            Assert.True((cells[row, column] is null) == (reading.Lines[row][column] == SheetReading.Empty), $"The cell in row {row} and column {column} has {cells[row, column]?.ToString() ?? "nothing"} and was read as '{reading.Lines[row][column]}'.");
        }
    }
}
