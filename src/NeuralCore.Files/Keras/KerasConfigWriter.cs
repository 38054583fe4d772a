using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using NeuralCore.Ops;

namespace NeuralCore.Files.Keras;

/// <summary>
/// Describes a network as Keras 3 does, setting by setting. Archives name the module of each object and the shape it was built
/// for; legacy files leave both out.
/// </summary>
/// <param name="json">Receives the description.</param>
/// <param name="isArchive">Whether it is for a <c>.keras</c> archive.</param>
internal sealed class KerasConfigWriter(Utf8JsonWriter json, bool isArchive)
{
    /// <summary>The name of the whole network in paths.</summary>
    public const string ModelName = "sequential";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes a text of what is written.</summary>
    public static byte[] Text(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A layer's name in the file: Keras calls the first layer <c>input_layer</c>.</summary>
    public static string LayerName(LayerChain chain, int layer) => layer == 0 ? "input_layer" : chain.Names[layer];

    /// <summary>A layer's class in Keras.</summary>
    /// <exception cref="NotSupportedException">Keras has no such layer.</exception>
    public static string ClassName(Layer layer) => layer switch
    {
        Input => "InputLayer",
        Conv2D => "Conv2D",
        MaxPooling2D => "MaxPooling2D",
        Dropout => "Dropout",
        Flatten => "Flatten",
        Dense => "Dense",
        ReLU => "ReLU",
        _ => throw new NotSupportedException($"A layer of type {layer.GetType().Name} can not be written to a Keras file yet."),
    };

    /// <summary>Writes the whole network as one object.</summary>
    /// <param name="model">The network.</param>
    /// <param name="finish">Writes what follows within the object; null for nothing.</param>
    public void Model(Model model, Action? finish = null)
    {
        json.WriteStartObject();
        Class("keras", "Sequential");
        json.WriteStartObject("config");
        json.WriteString("name", ModelName);
        json.WriteBoolean("trainable", true);
        DataType();
        json.WriteStartArray("layers");
        Shape shape = model.Input.Shape;
        LayerChain chain = LayerChain.Of(model);
        for (int i = 0; i < chain.Layers.Count; i++)
        {
            Layer(chain.Layers[i], LayerName(chain, i), shape);
            shape = chain.Layers[i].OutputShape(shape);
        }

        json.WriteEndArray();
        Batch("build_input_shape", model.Input.Shape);
        json.WriteEndObject();
        if (isArchive)
        {
            json.WriteNull("registered_name");
            Built(model.Input.Shape);
        }

        finish?.Invoke();
        json.WriteEndObject();
    }

    /// <summary>Writes how the network is trained, as one object.</summary>
    public void Compilation(Adam adam)
    {
        json.WriteStartObject();
        if (isArchive)
        {
            Optimizer("optimizer", adam);
        }

        json.WriteString("loss", "sparse_categorical_crossentropy");
        json.WriteNull("loss_weights");
        json.WriteStartArray("metrics");
        json.WriteStringValue("accuracy");
        json.WriteEndArray();
        json.WriteNull("weighted_metrics");
        json.WriteBoolean("run_eagerly", false);
        json.WriteNumber("steps_per_execution", 1);
        json.WriteBoolean("jit_compile", true);
        if (!isArchive)
        {
            Optimizer("optimizer_config", adam);
        }

        json.WriteEndObject();
    }

    private void Optimizer(string name, Adam adam)
    {
        json.WriteStartObject(name);
        Class("keras.optimizers", "Adam");
        json.WriteStartObject("config");
        json.WriteString("name", "adam");
        json.WriteNumber("learning_rate", (double)(float)adam.LearningRate);
        json.WriteNull("weight_decay");
        json.WriteNull("clipnorm");
        json.WriteNull("global_clipnorm");
        json.WriteNull("clipvalue");
        json.WriteBoolean("use_ema", false);
        json.WriteNumber("ema_momentum", 0.99);
        json.WriteNull("ema_overwrite_frequency");
        json.WriteNull("loss_scale_factor");
        json.WriteNull("gradient_accumulation_steps");
        json.WriteNumber("beta_1", adam.Beta1);
        json.WriteNumber("beta_2", adam.Beta2);
        json.WriteNumber("epsilon", adam.Epsilon);
        json.WriteBoolean("amsgrad", false);
        json.WriteEndObject();
        if (isArchive)
        {
            json.WriteNull("registered_name");
        }

        json.WriteEndObject();
    }

    private void Layer(Layer layer, string name, Shape input)
    {
        json.WriteStartObject();
        Class("keras.layers", ClassName(layer));
        json.WriteStartObject("config");
        if (layer is Input first)
        {
            Batch("batch_shape", first.Shape);
            json.WriteString("dtype", "float32");
            json.WriteBoolean("sparse", false);
            json.WriteBoolean("ragged", false);
            json.WriteString("name", name);
            json.WriteBoolean("optional", false);
        }
        else
        {
            json.WriteString("name", name);
            json.WriteBoolean("trainable", true);
            DataType();
            Settings(layer);
        }

        json.WriteEndObject();
        if (isArchive)
        {
            json.WriteNull("registered_name");
            if (layer is Conv2D or Dense or Flatten)
            {
                Built(input);
            }
        }

        json.WriteEndObject();
    }

    private void Settings(Layer layer)
    {
        switch (layer)
        {
            case Conv2D conv:
                json.WriteNumber("filters", conv.Filters);
                Pair("kernel_size", conv.KernelSize.Height);
                Pair("strides", conv.Strides.Height);
                json.WriteString("padding", LayerSettings.Name(conv.Padding));
                json.WriteString("data_format", "channels_last");
                Pair("dilation_rate", 1);
                json.WriteNumber("groups", 1);
                Weights(conv.Activation);
                json.WriteNull("activity_regularizer");
                Constraints();
                break;
            case MaxPooling2D pool:
                Pair("pool_size", pool.PoolSize.Height);
                json.WriteString("padding", LayerSettings.Name(pool.Padding));
                Pair("strides", pool.Strides.Height);
                json.WriteString("data_format", "channels_last");
                break;
            case Dropout dropout:
                json.WriteNumber("rate", dropout.Rate);
                json.WriteNull("seed");
                json.WriteNull("noise_shape");
                break;
            case Flatten:
                json.WriteString("data_format", "channels_last");
                break;
            case Dense dense:
                json.WriteNumber("units", dense.Units);
                Weights(dense.Activation);
                Constraints();
                json.WriteNull("quantization_config");
                break;
            case ReLU:
                json.WriteNull("max_value");
                json.WriteNumber("negative_slope", 0.0);
                json.WriteNumber("threshold", 0.0);
                break;
        }
    }

    private void Weights(Activation activation)
    {
        json.WriteString("activation", LayerSettings.Name(activation));
        json.WriteBoolean("use_bias", true);
        json.WriteStartObject("kernel_initializer");
        json.WriteString("module", "keras.initializers");
        json.WriteString("class_name", "GlorotUniform");
        json.WriteStartObject("config");
        json.WriteNull("seed");
        json.WriteNull("input_axes");
        json.WriteNull("output_axes");
        json.WriteEndObject();
        json.WriteNull("registered_name");
        json.WriteEndObject();
        json.WriteStartObject("bias_initializer");
        json.WriteString("module", "keras.initializers");
        json.WriteString("class_name", "Zeros");
        json.WriteStartObject("config");
        json.WriteEndObject();
        json.WriteNull("registered_name");
        json.WriteEndObject();
        json.WriteNull("kernel_regularizer");
        json.WriteNull("bias_regularizer");
    }

    private void Constraints()
    {
        json.WriteNull("kernel_constraint");
        json.WriteNull("bias_constraint");
    }

    /// <summary>Keras 3 writes an object where Keras 2 writes the name of the type.</summary>
    private void DataType()
    {
        json.WriteStartObject("dtype");
        json.WriteString("module", "keras");
        json.WriteString("class_name", "DTypePolicy");
        json.WriteStartObject("config");
        json.WriteString("name", "float32");
        json.WriteEndObject();
        json.WriteNull("registered_name");
        json.WriteEndObject();
    }

    private void Class(string module, string className)
    {
        if (isArchive)
        {
            json.WriteString("module", module);
        }

        json.WriteString("class_name", className);
    }

    private void Built(Shape input)
    {
        json.WriteStartObject("build_config");
        Batch("input_shape", input);
        json.WriteEndObject();
    }

    private void Batch(string name, Shape shape)
    {
        json.WriteStartArray(name);
        json.WriteNullValue();
        foreach (int extent in shape.Extents)
        {
            json.WriteNumberValue(extent);
        }

        json.WriteEndArray();
    }

    private void Pair(string name, int both)
    {
        json.WriteStartArray(name);
        json.WriteNumberValue(both);
        json.WriteNumberValue(both);
        json.WriteEndArray();
    }
}
