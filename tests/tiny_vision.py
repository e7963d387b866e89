"""Tiny image models with random weights, written as the Hub would hand them over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import (
    CLIPConfig,
    CLIPModel,
    DetrConfig,
    DetrForObjectDetection,
    MobileNetV2Config,
    MobileNetV2ForImageClassification,
    PreTrainedTokenizerFast,
    ResNetConfig,
    RTDetrConfig,
    RTDetrForObjectDetection,
    RTDetrResNetConfig,
    Siglip2Config,
    Siglip2Model,
    SiglipConfig,
    SiglipModel,
    ViTConfig,
    ViTForImageClassification,
    YolosConfig,
    YolosForObjectDetection,
)

WORDS = ("a", "photo", "of", "cat", "dog", "lamp", "red", "car", "house", "chair", "flower",
         "person", "screen")
SMALL = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1,
         "num_attention_heads": 2}
TEXT = {**SMALL, "vocab_size": len(WORDS) + 4, "max_position_embeddings": 16,
        "bos_token_id": 2, "eos_token_id": 3, "pad_token_id": 0}


def write_vit(folder: Path, labels: list[str]) -> Path:
    """A one-layer ViT classifier."""
    config = ViTConfig(**SMALL, image_size=32, patch_size=8, **_named(labels))
    return _written(folder, ViTForImageClassification, config, _processor("ViT", 32))


def write_mobilenet(folder: Path, labels: list[str]) -> Path:
    """A thin MobileNetV2 classifier, all convolutions."""
    config = MobileNetV2Config(
        depth_multiplier=0.1, image_size=48, tf_padding=False, num_channels=3,
        **_named(["background", *labels]),
    )
    processor = {**_processor("MobileNetV2", 48), "size": {"shortest_edge": 56},
                 "do_center_crop": True, "crop_size": {"height": 48, "width": 48}}
    return _written(folder, MobileNetV2ForImageClassification, config, processor)


def write_clip(folder: Path) -> Path:
    """A CLIP of one layer a side with the words above."""
    config = CLIPConfig(
        text_config=TEXT, vision_config={**SMALL, "image_size": 32, "patch_size": 8},
        projection_dim=16,
    )
    write_tokenizer(folder)
    return _written(folder, CLIPModel, config, _processor("CLIP", 32))


def write_siglip(folder: Path) -> Path:
    """A SigLIP of one layer a side with the words above."""
    config = SiglipConfig(
        text_config=TEXT, vision_config={**SMALL, "image_size": 32, "patch_size": 8},
    )
    write_tokenizer(folder)
    return _written(folder, SiglipModel, config, _processor("Siglip", 32))


def write_siglip2(folder: Path) -> Path:
    """A SigLIP 2 that keeps the shape of images, of one layer a side."""
    config = Siglip2Config(
        text_config=TEXT, vision_config={**SMALL, "num_patches": 16, "patch_size": 8},
    )
    write_tokenizer(folder)
    processor = {"image_processor_type": "Siglip2ImageProcessor", "patch_size": 8,
                 "max_num_patches": 16, "do_resize": True, "do_rescale": True,
                 "do_normalize": True, "rescale_factor": 1 / 255, "image_mean": [0.5] * 3,
                 "image_std": [0.5] * 3}
    return _written(folder, Siglip2Model, config, processor)


def write_yolos(folder: Path, labels: list[str]) -> Path:
    """A YOLOS of one layer that gives five boxes."""
    config = YolosConfig(
        **SMALL, image_size=[64, 64], patch_size=16, num_detection_tokens=5, **_named(labels)
    )
    return _written(folder, YolosForObjectDetection, config, _detecting("Yolos"))


def write_detr(folder: Path, labels: list[str]) -> Path:
    """A DETR of one layer a side on a thin ResNet of transformers' own."""
    backbone = ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1],
        out_features=["stage4"],
    )
    config = DetrConfig(
        backbone_config=backbone, use_timm_backbone=False, backbone=None, d_model=32,
        encoder_layers=1, decoder_layers=1, encoder_ffn_dim=32, decoder_ffn_dim=32,
        encoder_attention_heads=2, decoder_attention_heads=2, num_queries=6, **_named(labels),
    )
    return _written(folder, DetrForObjectDetection, config, _detecting("Detr"))


def write_rt_detr(folder: Path, labels: list[str]) -> Path:
    """An RT-DETR of one layer a side."""
    backbone = RTDetrResNetConfig(
        embedding_size=8, hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1],
        layer_type="basic", out_features=["stage2", "stage3", "stage4"],
    )
    config = RTDetrConfig(
        backbone_config=backbone, encoder_hidden_dim=32, encoder_in_channels=[8, 16, 16],
        encoder_ffn_dim=32, encoder_attention_heads=2, d_model=32, num_queries=6,
        decoder_in_channels=[32, 32, 32], decoder_ffn_dim=32, decoder_layers=1,
        decoder_attention_heads=2, decoder_n_points=2, num_denoising=0, **_named(labels),
    )
    processor = {**_detecting("RTDetr"), "size": {"height": 64, "width": 64},
                 "do_normalize": False}
    return _written(folder, RTDetrForObjectDetection, config, processor)


def write_tokenizer(folder: Path) -> None:
    """A tokeniser of whole words, which begins and ends texts as CLIP's does."""
    vocabulary = {"<pad>": 0, "<unk>": 1, "<s>": 2, "</s>": 3}
    vocabulary |= {word: place for place, word in enumerate(WORDS, start=4)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 2), ("</s>", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", bos_token="<s>",
        eos_token="</s>",
    ).save_pretrained(folder)


def _named(labels: list[str]) -> dict[str, Any]:
    return {"id2label": dict(enumerate(labels)),
            "label2id": {label: code for code, label in enumerate(labels)}}


def _processor(kind: str, side: int) -> dict[str, Any]:
    return {
        "image_processor_type": f"{kind}ImageProcessor", "do_resize": True, "do_rescale": True,
        "do_normalize": True, "do_center_crop": False, "size": {"height": side, "width": side},
        "rescale_factor": 1 / 255, "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "resample": 3,
    }


def _detecting(kind: str) -> dict[str, Any]:
    return {
        "image_processor_type": f"{kind}ImageProcessor", "format": "coco_detection",
        "do_resize": True, "do_rescale": True, "do_normalize": True, "do_pad": True,
        "rescale_factor": 1 / 255, "image_mean": [0.5] * 3, "image_std": [0.5] * 3,
        "size": {"shortest_edge": 64, "longest_edge": 96}, "resample": 2,
    }


def _written(folder: Path, kind: Any, config: Any, processor: dict[str, Any]) -> Path:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = kind(config)
        # Larger than training starts with, so that answers differ between images.
        for name, weight in model.named_parameters():
            if weight.ndim > 1:
                torch.nn.init.normal_(weight, std=0.3)
            elif "class_embed" in name or "score_head" in name:
                # RT-DETR begins by expecting nothing anywhere.
                torch.nn.init.zeros_(weight)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(processor))
    return folder
